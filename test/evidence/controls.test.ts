// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CONTROLS_YAML } from '../../fixtures/company/controls.ts';
import { CHECKS } from '../../src/checks/all.ts';
import { parametersInForce, parseControls } from '../../src/evidence/controls.ts';
import { InputError } from '../../src/model/errors.ts';

interface Given { [name: string]: unknown }
const control = (change: Given = {}): Given => ({
  id: 'NHI-02', wording: 'Keys are replaced within 60 days.', owner: 'Tom', frequency: 'weekly', policy: 'Key standard, 2.3', criteria: ['CC6.1'],
  checks: [{ check: 'aws-access-key-age', parameters: { maxAgeDays: 60 } }], population: 'credentials', ...change,
});
const parsed = (...controls: unknown[]): ReturnType<typeof parseControls> => parseControls({ controls }, CHECKS, 'controls.yaml');
function refused(...controls: unknown[]): { readonly message: string; readonly remedy: string } {
  try {
    parsed(...controls);
  } catch (error) {
    if (error instanceof InputError) return { message: error.message, remedy: error.remedy };
    throw error;
  }
  throw new Error('was accepted');
}

describe('a controls file', () => {
  it('of the fixture company is accepted, with its six controls in order', () => {
    expect(parseControls(parse(CONTROLS_YAML), CHECKS, 'controls.yaml').map(({ id }) => id)).toEqual(['NHI-01', 'NHI-02', 'NHI-03', 'NHI-04', 'NHI-05', 'NHI-06']);
  });

  it('may have no control, and leave parameters and limits of the evidence out', () => {
    expect(parsed()).toEqual([]);
    expect(parsed(control({ checks: [{ check: 'nhi-owner-missing' }] }))[0]).toMatchObject({ checks: [{ check: 'nhi-owner-missing', parameters: {} }], doesNotCover: [] });
  });

  it('may hold one check to the same number in two controls', () => {
    expect(parsed(control(), control({ id: 'NHI-07' })).length).toBe(2);
    expect(parsed(control(), control({ id: 'NHI-07', checks: [{ check: 'aws-access-key-age' }] })).length).toBe(2);
  });

  it.each<[string, unknown[], RegExp, RegExp]>([
    ['a check that there is not', [control({ checks: [{ check: 'aws-key-age' }] })], /controls\.0\.checks\.0\.check: there is no check aws-key-age/, /rollcall checks/],
    ['a parameter that the check does not have', [control({ checks: [{ check: 'aws-access-key-age', parameters: { days: 60 } }] })], /controls\.0\.checks\.0\.parameters\.days: aws-access-key-age has no parameter days/, /it has maxAgeDays/],
    ['a parameter of a check that has none', [control({ checks: [{ check: 'nhi-owner-missing', parameters: { days: 60 } }] })], /has no parameter days/, /it has none/],
    ['a number below the range', [control({ checks: [{ check: 'aws-access-key-age', parameters: { maxAgeDays: -1 } }] })], /parameters\.maxAgeDays: /, /the default is 90/],
    ['a number above the range', [control({ checks: [{ check: 'aws-access-key-age', parameters: { maxAgeDays: 40_000 } }] })], /parameters\.maxAgeDays: /, /the default is 90/],
    ['half a day', [control({ checks: [{ check: 'aws-access-key-age', parameters: { maxAgeDays: 1.5 } }] })], /parameters\.maxAgeDays: /, /the default is 90/],
    ['a number as text', [control({ checks: [{ check: 'aws-access-key-age', parameters: { maxAgeDays: '60' } }] })], /parameters\.maxAgeDays: /, /the default is 90/],
    ['one check held to two numbers', [control(), control({ id: 'NHI-07', checks: [{ check: 'aws-access-key-age', parameters: { maxAgeDays: 90 } }] })], /controls\.1\.checks\.0\.parameters\.maxAgeDays: aws-access-key-age is held to 60 by NHI-02 and to 90 here/, /one threshold/],
    ['a check twice in one control', [control({ checks: [{ check: 'nhi-owner-missing' }, { check: 'nhi-owner-missing' }] })], /controls\.0\.checks\.1\.check: nhi-owner-missing stands twice in NHI-02/, /once/],
    ['an id twice', [control(), control()], /controls\.1\.id: NHI-02 stands twice/, /its own id/],
    ['an id that could be a path', [control({ id: '../../etc/passwd' })], /controls\.0\.id: use letters/, /configuration/],
    ['a criterion of no framework', [control({ criteria: ['CC6.1', 'CC6.1.9'] })], /controls\.0\.criteria\.1: no framework that is shipped has CC6\.1\.9/, /CC6\.1 \(SOC 2\)/],
    ['a withdrawn criterion', [control({ criteria: ['PR.AC-01'] })], /controls\.0\.criteria\.0: PR\.AC-01 is withdrawn .*; use PR\.AA-01, PR\.AA-05/, /PR\.AA-01/],
    ['no criterion', [control({ criteria: [] })], /controls\.0\.criteria: /, /./],
    ['no check', [control({ checks: [] })], /controls\.0\.checks: /, /./],
    ['no wording', [control({ wording: '' })], /controls\.0\.wording: /, /./],
    ['another population', [control({ population: 'people' })], /controls\.0\.population: /, /./],
    ['a field that we do not know', [control({ score: 5 })], /controls\.0: .*score/, /./],
  ])('is refused with place and remedy for %s', (_, controls, message, remedy) => {
    const error = refused(...controls);
    expect(error.message).toMatch(/^controls\.yaml: /);
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
  });

  it.each([[null], ['text'], [[]], [{}], [{ controls: {} }], [{ controls: [], more: 1 }]])('is refused as %j', (value) => {
    expect(() => parseControls(value, CHECKS, 'controls.yaml')).toThrow(InputError);
  });

  it('never brings what acts on a terminal into its errors', () => {
    expect(refused(control({ checks: [{ check: '\u001b[2Jx' }] })).message).not.toContain('\u001b');
    expect(refused(control({ checks: [{ check: 'aws-access-key-age', parameters: { '\u202emaxAgeDays': 1 } }] })).message.slice(60)).not.toContain('\u001b');
  });
});

describe('parameters in force', () => {
  it("are management's where a control sets them, and say which", () => {
    const inForce = parametersInForce(CHECKS, parsed(control())).get('aws-access-key-age');
    expect(inForce).toEqual({ values: { maxAgeDays: 60 }, thresholds: [{ name: 'maxAgeDays', value: 60, origin: 'management', source: 'control NHI-02' }] });
  });

  it('are the defaults elsewhere, whose they are said, and never as management’s', () => {
    const inForce = parametersInForce(CHECKS, parsed(control()));
    expect([...inForce.keys()].toSorted()).toEqual(CHECKS.map(({ id }) => id));
    for (const check of CHECKS) {
      for (const threshold of inForce.get(check.id)?.thresholds ?? []) {
        const parameter = check.parameters[threshold.name];
        if (check.id === 'aws-access-key-age') continue;
        expect(threshold).toEqual({ name: threshold.name, value: parameter?.default, origin: parameter?.origin, source: parameter?.source });
        expect(threshold.origin).not.toBe('management');
      }
    }
    expect(inForce.get('aws-role-unused')?.thresholds[0]).toMatchObject({ origin: 'tool', value: 90 });
    expect(inForce.get('nhi-review-overdue')?.values).toEqual({ intervalDays: 92 });
  });

  it('come from the control that sets the number, also where another names the check without one', () => {
    const controls = parsed(control({ id: 'A', checks: [{ check: 'aws-access-key-age' }] }), control({ id: 'B' }));
    expect(parametersInForce(CHECKS, controls).get('aws-access-key-age')?.thresholds).toEqual([{ name: 'maxAgeDays', value: 60, origin: 'management', source: 'control B' }]);
  });

  it('stay the default, and not management’s, where a control names a check without a number', () => {
    expect(parametersInForce(CHECKS, parsed(control({ checks: [{ check: 'aws-access-key-age' }] }))).get('aws-access-key-age')?.thresholds).toMatchObject([{ value: 90, origin: 'standard' }]);
  });
});

// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { RESPONSIBILITY_STATEMENT, frameworksSchema, type Control } from '../../src/bundle/records.ts';
import { CHECKS } from '../../src/checks/all.ts';
import { frameworksFile } from '../../src/evidence/frameworks.ts';
import { crosswalkOf, crosswalkRowSchema, EVERY_OTHER, frameworkSchema, idProblem, lintMappings, shippedMappings, type CrosswalkRow, type Framework } from '../../src/evidence/mappings.ts';

const { frameworks, rows } = shippedMappings();
const ids = CHECKS.map(({ id }) => id);
const row = (change: Partial<CrosswalkRow>): CrosswalkRow => ({ check: 'aws-access-key-age', framework: 'nist-csf', version: '2.0', item: 'PR.AA-03', relation: 'supports', rationale: 'why', ...change });
const lint = (change: Partial<CrosswalkRow>): readonly string[] => lintMappings(frameworks, [...rows, row(change)], ids);
const changed = (id: string, change: (framework: Framework) => Framework): readonly string[] => lintMappings(frameworks.map((framework) => (framework.id === id ? change(framework) : framework)), rows, ids);

describe('the mappings that are shipped', () => {
  it('have nothing that the lint finds wrong', () => {
    expect(lintMappings(frameworks, rows, ids)).toEqual([]);
  });

  it('give every check something of its own to bear on, each row with its own reason', () => {
    for (const id of ids) expect(crosswalkOf(id).length, id).toBeGreaterThanOrEqual(3);
    const twice = ids.filter((id) => new Set(crosswalkOf(id).map(({ rationale }) => rationale)).size < crosswalkOf(id).length);
    expect(twice).toEqual([]);
  });

  it('only ever support a SOC 2 criterion, and the review of outcomes', () => {
    expect(rows.filter(({ framework, relation }) => framework === 'soc2-tsc' && relation === 'tests')).toEqual([]);
    expect(rows.filter(({ item, relation }) => /^(GV\.OV|ID\.IM)/.test(item) && relation === 'tests')).toEqual([]);
    expect(rows.some(({ item }) => item === 'GV.OV-03')).toBe(true);
  });

  it('hold the 106 subcategories of CSF 2.0 in full and its 91 withdrawn ids, with the successors that its publisher names', () => {
    const csf = frameworks.find(({ id }) => id === 'nist-csf');
    expect(csf?.items.length).toBe(106);
    expect(csf?.items.every(({ text }) => (text ?? '').length > 20)).toBe(true);
    expect(csf?.items.find(({ id }) => id === 'PR.AA-01')?.text).toBe('Identities and credentials for authorized users, services, and hardware are managed by the organization');
    expect(csf?.withdrawn.length).toBe(91);
    expect(Object.fromEntries((csf?.withdrawn ?? []).filter(({ id }) => ['PR.AC', 'PR.AC-01', 'PR.AC-04', 'ID.GV', 'PR.DS-05', 'PR.IP'].includes(id)).map(({ id, successors }) => [id, successors]))).toEqual({
      'PR.AC': ['PR.AA'], 'PR.AC-01': ['PR.AA-01', 'PR.AA-05'], 'PR.AC-04': ['PR.AA-05'], 'ID.GV': ['GV'], 'PR.DS-05': ['PR.DS-01', 'PR.DS-02', 'PR.DS-10'], 'PR.IP': [],
    });
  });

  it('carry no text of frameworks that do not let us copy it', async () => {
    for (const { textPolicy, items } of frameworks) if (textPolicy === 'ids-only') expect(items.filter(({ text }) => text !== undefined)).toEqual([]);
    const soc2 = frameworks.find(({ id }) => id === 'soc2-tsc');
    expect([...(soc2?.items ?? []).map(({ id }) => id), ...(soc2?.otherIds ?? [])].length).toBe(61);
    expect((await readFile(new URL('../../mappings/frameworks/owasp-nhi@2025.json', import.meta.url), 'utf8')).length).toBeLessThan(2_000);
  });
});

describe('the lint refuses', () => {
  it.each<[string, Partial<CrosswalkRow>, RegExp]>([
    ['an id that the framework does not have', { item: 'PR.AA-99' }, /PR\.AA-99: .* has no such id/],
    ['an id of another framework', { framework: 'owasp-nhi', version: '2025', item: 'CC6.1' }, /has no such id/],
    ['a withdrawn id, naming its successors', { item: 'PR.AC-01' }, /PR\.AC-01: is withdrawn; use PR\.AA-01, PR\.AA-05/],
    ['a withdrawn id without a successor', { item: 'PR.IP' }, /PR\.IP: is withdrawn and has no successor of its own/],
    ['another version of a framework', { version: '1.1', item: 'PR.AC-1' }, /no framework nist-csf in version 1\.1/],
    ['a check that there is not', { check: 'aws-key-age' }, /there is no check aws-key-age/],
    ['a test of GV.OV', { item: 'GV.OV-03', relation: 'tests' }, /GV\.OV-03: can only be supported/],
    ['a test of ID.IM', { item: 'ID.IM-01', relation: 'tests' }, /ID\.IM-01: can only be supported/],
    ['a test of a SOC 2 criterion', { framework: 'soc2-tsc', version: '2017-2022', item: 'CC6.3', relation: 'tests' }, /CC6\.3: can only be supported/],
    ['the same row twice', { item: 'PR.AA-01', relation: 'tests' }, /PR\.AA-01: stands twice/],
    ['an item that is listed as not covered', { item: 'PR.AA-06' }, /mapped and listed as not covered/],
    ['a criterion that is listed as not covered', { framework: 'soc2-tsc', version: '2017-2022', item: 'CC8.1' }, /mapped and listed as not covered/],
  ])('%s', (_, change, problem) => {
    const problems = lint(change);
    expect(problems.length).toBe(1);
    expect(problems[0]).toMatch(problem);
  });

  it('a check that bears on neither OWASP nor CSF', () => {
    expect(lintMappings(frameworks, rows.filter(({ check, framework }) => check !== 'aws-role-unused' || framework === 'soc2-tsc'), ids)).toEqual(['aws-role-unused: bears on no entry of OWASP NHI and no subcategory of CSF 2.0']);
  });

  it('an OWASP entry that is neither mapped nor listed as not covered', () => {
    expect(lintMappings(frameworks, rows.filter(({ item }) => item !== 'NHI10:2025'), ids)).toEqual(['owasp-nhi NHI10:2025: neither mapped nor listed as not covered']);
    expect(changed('owasp-nhi', (framework) => ({ ...framework, notCovered: [] }))).toEqual(['owasp-nhi NHI8:2025: neither mapped nor listed as not covered']);
  });

  it('copied text and long titles where only ids may stand', () => {
    const copied = changed('owasp-nhi', (framework) => ({ ...framework, items: framework.items.map((item, index) => (index === 0 ? { ...item, text: 'a description' } : index === 1 ? { ...item, title: 'x'.repeat(141) } : item)) }));
    expect(copied).toEqual(['owasp-nhi NHI1:2025: carries text, which its licence does not let us copy', 'owasp-nhi NHI2:2025: its title is longer than 140 characters']);
  });

  it('one line for all the rest where a framework is short enough to name each', () => {
    expect(changed('owasp-nhi', (framework) => ({ ...framework, notCovered: [...framework.notCovered, { id: EVERY_OTHER, reason: 'not looked at' }] }))).toEqual([`owasp-nhi ${EVERY_OTHER}: listed as not covered, and is no id of OWASP Non-Human Identities Top 10`]);
  });

  it('an id twice, a withdrawn id among the current ones, and a successor that is no id', () => {
    expect(changed('nist-csf', (framework) => ({ ...framework, items: [...framework.items, { id: 'PR.AA-01', text: 'again' }] }))).toEqual(['nist-csf PR.AA-01: stands twice']);
    expect(changed('nist-csf', (framework) => ({ ...framework, withdrawn: [...framework.withdrawn, { id: 'PR.AA-02', successors: ['PR.ZZ-01'] }] }))).toEqual(expect.arrayContaining(['nist-csf PR.AA-02: is withdrawn and listed', 'nist-csf PR.AA-02: its successor PR.ZZ-01 is no id of NIST Cybersecurity Framework (CSF) 2.0']));
  });

  it('rows and frameworks of another shape', () => {
    expect(crosswalkRowSchema.safeParse(row({})).success).toBe(true);
    for (const bad of [{ ...row({}), relation: 'equals' }, { ...row({}), rationale: '' }, { ...row({}), rationale: 'x'.repeat(301) }, { ...row({}), also: 1 }]) expect(crosswalkRowSchema.safeParse(bad).success).toBe(false);
    expect(frameworkSchema.safeParse({ ...frameworks[0], textPolicy: 'some' }).success).toBe(false);
  });
});

describe('an id that a person names', () => {
  it('is accepted of any framework, mapped or not', () => {
    for (const id of ['CC6.1', 'A1.2', 'PR.AA-01', 'NHI7:2025']) expect(idProblem(frameworks, id), id).toBeNull();
  });
  it('is refused with what to write instead', () => {
    expect(idProblem(frameworks, 'PR.AC-04')).toBe('PR.AC-04 is withdrawn in NIST Cybersecurity Framework (CSF) 2.0; use PR.AA-05');
    expect(idProblem(frameworks, 'CC6.1.9')).toBe('no framework that is shipped has CC6.1.9');
    expect(idProblem(frameworks, 'NHI7')).toContain('no framework');
    expect(idProblem(frameworks, '\u001b[31mCC6.1')).not.toContain('\u001b');
  });
});

describe('frameworks.json', () => {
  const control: Control = { id: 'KEYS', wording: 'w', owner: 'o', frequency: 'f', policy: 'p', criteria: ['CC6.2', 'A1.2', 'GV.PO-01'], checks: [{ check: 'aws-access-key-age', parameters: {} }], population: 'credentials', doesNotCover: [] };
  const file = frameworksFile([control], CHECKS);
  const requirement = (framework: string, id: string): (typeof file)['frameworks'][number]['requirements'][number] | undefined => file.frameworks.find((one) => one.id === framework)?.requirements.find((one) => one.id === id);

  it('says for each requirement which checks bear on it, how and why, and through which controls', () => {
    expect(frameworksSchema.parse(file)).toEqual(file);
    expect(file.responsibility).toBe(RESPONSIBILITY_STATEMENT);
    expect(requirement('owasp-nhi', 'NHI7:2025')).toMatchObject({ title: 'Long-Lived Secrets', controls: ['KEYS'] });
    expect(requirement('owasp-nhi', 'NHI7:2025')?.checks.find(({ check }) => check === 'aws-access-key-age')).toMatchObject({ relation: 'tests', rationale: expect.stringContaining('long-lived') });
    expect(requirement('owasp-nhi', 'NHI3:2025')?.controls).toEqual([]);
  });

  it('keeps what management named, also where no check bears on it', () => {
    expect(requirement('soc2-tsc', 'A1.2')).toEqual({ id: 'A1.2', title: 'named by management; no check here bears on it', controls: ['KEYS'], checks: [] });
    expect(requirement('nist-csf', 'GV.PO-01')).toMatchObject({ controls: ['KEYS'], checks: [] });
    expect(requirement('soc2-tsc', 'A1.3')).toBeUndefined();
  });

  it('says what nothing here bears on', () => {
    expect(file.frameworks.find(({ id }) => id === 'owasp-nhi')?.notCovered.map(({ id }) => id)).toEqual(['NHI8:2025']);
    expect(file.frameworks.every(({ notCovered }) => notCovered.length > 0)).toBe(true);
  });
});

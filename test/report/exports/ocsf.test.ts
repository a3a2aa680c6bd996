// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { BUNDLE } from '../../../src/bundle/layout.ts';
import { coverageSchema, RESPONSIBILITY_STATEMENT } from '../../../src/bundle/records.ts';
import { readRun } from '../../../src/evidence/read-seal.ts';
import { seenVerdicts } from '../../../src/report/exports/subjects.ts';
import { allOf } from '../../support/all-of.ts';
import { exported, hostileBundle } from '../../support/export-bundle.ts';
import { temporaryFolder } from '../../support/temp.ts';

const finding = z.looseObject({
  class_uid: z.literal(2003), type_uid: z.literal(200301), severity_id: z.number(), time: z.int(), comment: z.string(), message: z.string(), metadata: z.looseObject({ version: z.literal('1.8.0'), uid: z.string() }),
  finding_info: z.looseObject({ uid: z.string(), types: z.tuple([z.string()]) }), resources: z.tuple([z.looseObject({ uid: z.string(), name: z.string().optional() })]),
  compliance: z.looseObject({ status_id: z.number(), status_code: z.string(), control: z.string().optional(), checks: z.array(z.looseObject({ uid: z.string(), status_id: z.number() })).optional() }),
});
type Finding = z.output<typeof finding>;
async function findings(bundle: string, out: string): Promise<{ readonly all: readonly Finding[]; readonly text: string; readonly notes: readonly string[] }> {
  const { texts, notes } = await exported(bundle, 'ocsf', out);
  const [text = ''] = texts.values();
  return { text, notes, all: text.trimEnd().split('\n').map((line) => finding.parse(JSON.parse(line))) };
}

test('each line of a bundle with hostile names fits the published schema, and twice the same bytes come out', async () => {
  const folder = await temporaryFolder();
  const bundle = await hostileBundle(folder);
  const [{ all, text }, again] = [await findings(bundle, join(folder, 'a')), await findings(bundle, join(folder, 'b'))];
  expect(again.text === text).toBe(true);
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  const validate = ajv.compile(JSON.parse(await readFile(join(import.meta.dirname, '../../conformance/schemas/ocsf-1.8.0-compliance_finding.json'), 'utf8')));
  for (const one of all) expect(validate(one), JSON.stringify(validate.errors?.slice(0, 2))).toBe(true);
  expect(validate({ ...all[0], not_of_ocsf: 1 })).toBe(false);
  expect(validate({ ...all[0], compliance: { status_id: 7 } })).toBe(false);
  expect(/[\u202a-\u202e\u2066-\u2069\u200b\u007f-\u009f]/.exec(text)).toBe(null);
  expect(all.some(({ resources: [{ name }] }) => name === '<script>alert(1)</script>')).toBe(true);
});

test('what is met is Pass, what is not is Fail, what nobody can say is Warning and of unknown severity; what was not there has no event, and that is told', async () => {
  const folder = await temporaryFolder();
  const bundle = await hostileBundle(folder);
  const { all, notes } = await findings(bundle, join(folder, 'out'));
  const seen = await allOf(seenVerdicts(bundle));
  const verdicts = seen.flatMap((one) => ('verdict' in one ? [one.verdict] : []));
  const coverage = coverageSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.coverage), 'utf8')));
  const gaps = coverage.gaps.length + coverage.units.filter(({ outcome }) => outcome === 'failed' || outcome === 'unreachable').length + (await readRun(bundle)).failedLogins.length;
  expect(all.filter(({ finding_info }) => finding_info.types[0] === 'coverage gap').length).toBe(gaps);
  expect(gaps).toBeGreaterThan(0);
  const expected = { met: 1, not_met: 3, not_evaluated: 2, needs_review: 2 } as const;
  for (const [result, status] of Object.entries(expected)) {
    const mine = all.filter(({ compliance, finding_info }) => compliance.status_code === result && finding_info.types[0] !== 'coverage gap');
    expect(mine.length, result).toBe(verdicts.filter((verdict) => verdict.result === result).length);
    for (const { compliance, severity_id } of mine) {
      expect([compliance.status_id, compliance.checks?.[0]?.status_id]).toEqual([status, status]);
      expect(severity_id === 0, 'severity unknown').toBe(result === 'not_evaluated');
      expect(severity_id === 1, 'informational').toBe(result === 'met');
    }
  }
  expect(all.length).toBe(gaps + verdicts.filter(({ result }) => result in expected).length);
  expect(notes.join(' ')).toContain(`${seen.reduce((sum, one) => sum + ('verdict' in one ? 0 : one.count), 0)} not applicable`);
  for (const { comment, severity_id } of all) {
    expect(comment).toBe(RESPONSIBILITY_STATEMENT);
    expect(severity_id).toBeLessThan(6);
  }
});

test('a finding keeps its uid from run to run while its event has its own, and times are those of the run', async () => {
  const folder = await temporaryFolder();
  const one = await findings(await hostileBundle(join(folder, 'one')), join(folder, 'a'));
  const two = await findings(await hostileBundle(join(folder, 'two'), '01a20731-6c43-7fc9-8ca9-0b146b2e7769'), join(folder, 'b'));
  const uids = (all: readonly Finding[]): readonly string[] => all.map(({ finding_info }) => finding_info.uid);
  expect(uids(two.all)).toEqual(uids(one.all));
  expect(new Set([...one.all, ...two.all].map(({ metadata }) => metadata.uid)).size).toBe(one.all.length * 2);
  const run = z.object({ finishedAt: z.string() }).parse(JSON.parse(await readFile(join(folder, 'one/runs/hostile', BUNDLE.run), 'utf8')));
  expect(new Set(one.all.map(({ time }) => time))).toEqual(new Set([Date.parse(run.finishedAt)]));
});

test("a control is named only where one of management's names the check; anything else is an observation", async () => {
  const folder = await temporaryFolder();
  const { all } = await findings(await hostileBundle(folder), join(folder, 'out'));
  const kinds = new Map(all.map(({ compliance, finding_info }) => [`${finding_info.types[0]} ${compliance.control === undefined ? 'without' : 'with'} control`, true]));
  expect([...kinds.keys()].toSorted()).toEqual(['coverage gap without control', 'deviation candidate with control', 'observation without control', 'open result of a control with control', 'result of a control with control']);
});

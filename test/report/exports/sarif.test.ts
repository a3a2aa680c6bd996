// SPDX-License-Identifier: Apache-2.0
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { BUNDLE } from '../../../src/bundle/layout.ts';
import { RESPONSIBILITY_STATEMENT } from '../../../src/bundle/records.ts';
import type { Instant } from '../../../src/model/instant.ts';
import type { FromLog } from '../../../src/report/exports/from-log.ts';
import { seenVerdicts } from '../../../src/report/exports/subjects.ts';
import { allOf } from '../../support/all-of.ts';
import { exported, hostileBundle, published } from '../../support/export-bundle.ts';
import { temporaryFolder } from '../../support/temp.ts';

const sarif = z.looseObject({
  runs: z.tuple([z.looseObject({
    tool: z.object({ driver: z.looseObject({ rules: z.array(z.looseObject({ id: z.string(), properties: z.looseObject({ verdicts: z.record(z.string(), z.number()) }) })) }) }),
    invocations: z.tuple([z.looseObject({ executionSuccessful: z.boolean(), toolExecutionNotifications: z.array(z.looseObject({ level: z.string(), message: z.object({ text: z.string() }) })) })]),
    results: z.array(z.looseObject({
      ruleId: z.string(), ruleIndex: z.number(), kind: z.string(), level: z.string(), guid: z.string(), message: z.object({ text: z.string() }), partialFingerprints: z.record(z.string(), z.string()),
      suppressions: z.array(z.looseObject({ kind: z.string(), justification: z.string() })).optional(), properties: z.looseObject({ result: z.string(), severity: z.string() }),
    })),
  })]),
});
const document = ({ texts }: { readonly texts: ReadonlyMap<string, string> }): z.output<typeof sarif> => sarif.parse(JSON.parse([...texts.values()][0] ?? ''));

test('a bundle with hostile names is one document that fits the published schema, and twice the same bytes', async () => {
  const folder = await temporaryFolder();
  const bundle = await hostileBundle(folder);
  const [first, second] = [await exported(bundle, 'sarif', join(folder, 'a')), await exported(bundle, 'sarif', join(folder, 'b'))];
  expect([...second.texts]).toEqual([...first.texts]);
  const validate = await published('sarif-schema-2.1.0.json');
  const [text = ''] = first.texts.values();
  expect(validate(JSON.parse(text)), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  // Nothing that turns text, moves a cursor, makes a link or fills a placeholder.
  expect(/[\u202a-\u202e\u2066-\u2069\u200b\u007f-\u009f]/.exec(text)).toBe(null);
  for (const { message } of document(first).runs[0].results) expect(message.text.replace(/\\[\\[\]]|\{\{|\}\}/g, '')).not.toMatch(/[[\]{}\u0000-\u001f]/);
  for (const [index, part] of ['\\\\\\\\u{{0}}byte: ', '</script>'].entries()) expect(text.includes(part), String(index)).toBe(true);
  expect(await readdir(folder)).toEqual(['a', 'b', 'runs']);
});

test('every verdict that is not met, not evaluated or needs review is one result of its kind, every other is counted at its rule, and none is a pass', async () => {
  const folder = await temporaryFolder();
  const bundle = await hostileBundle(folder);
  const { runs: [run] } = document(await exported(bundle, 'sarif', join(folder, 'out')));
  const seen = await allOf(seenVerdicts(bundle));
  const verdicts = seen.flatMap((one) => ('verdict' in one ? [one.verdict] : []));
  const kinds = { not_met: 'fail', not_evaluated: 'open', needs_review: 'review' } as const;
  for (const [result, kind] of Object.entries(kinds)) expect(run.results.filter((one) => one.kind === kind).length, kind).toBe(verdicts.filter((verdict) => verdict.result === result).length);
  expect(run.results.some(({ kind }) => kind === 'fail')).toBe(true);
  expect(run.results.some(({ kind }) => kind === 'open')).toBe(true);
  expect(new Set(run.results.map(({ kind }) => kind)).isSubsetOf(new Set(Object.values(kinds)))).toBe(true);
  for (const { kind, level, properties, ruleId, ruleIndex } of run.results) {
    expect(level === 'none').toBe(kind !== 'fail');
    expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(properties).not.toHaveProperty('rank');
  }
  const counted = run.tool.driver.rules.reduce((sum, { properties }) => sum + Object.values(properties.verdicts).reduce((inner, count) => inner + count, 0), 0);
  expect(counted).toBe(seen.reduce((sum, one) => sum + ('verdict' in one ? 1 : one.count), 0));
  expect(new Set(run.results.map(({ guid }) => guid)).size).toBe(run.results.length);
  const [invocation] = run.invocations;
  expect(invocation.toolExecutionNotifications.map(({ message }) => message.text)).toContain(RESPONSIBILITY_STATEMENT);
  expect(invocation.executionSuccessful).toBe(invocation.toolExecutionNotifications.every(({ level }) => level === 'note'));
  expect(invocation.executionSuccessful, 'its coverage has a gap that nobody expected').toBe(false);
});

test('fingerprints name check and subject alone: they stay when the run is another, while ids of results do not', async () => {
  const folder = await temporaryFolder();
  const [one, two] = [await hostileBundle(join(folder, 'one')), await hostileBundle(join(folder, 'two'), '01a20731-6c43-7fc9-8ca9-0b146b2e7769')];
  const first = document(await exported(one, 'sarif', join(folder, 'a'))).runs[0].results;
  const again = document(await exported(two, 'sarif', join(folder, 'b'))).runs[0].results;
  expect(again.map(({ partialFingerprints }) => partialFingerprints)).toEqual(first.map(({ partialFingerprints }) => partialFingerprints));
  expect(new Set([...first, ...again].map(({ guid }) => guid)).size).toBe(first.length * 2);
  expect(first[0]?.partialFingerprints).not.toEqual(first[1]?.partialFingerprints);
});

const PERSON = { name: 'Ines Duarte', basis: 'typed only' } as const;
const accepted = (patch: Partial<FromLog['acceptances'][number]>): FromLog => ({
  deviations: [],
  acceptances: [{
    acceptance: 'ACC-1', match: { checks: ['aws-access-key-age'], units: ['*'], subjects: ['*'] }, reason: 'Replaced with the new gateway in January.', ticket: 'RISK-7', requestedBy: PERSON, approvedBy: { name: 'Ana Reis', basis: 'typed only' }, samePersonReason: null,
    loggedAt: '2026-10-01T08:00:00.000Z' as Instant, effective: '2026-10-01T00:00:00.000Z' as Instant, expires: '2027-01-31', withdrawn: null, ...patch,
  }],
});

test('an acceptance in force stands beside the results it covers, with approver and expiry, and changes nothing else of them', async () => {
  const folder = await temporaryFolder();
  const bundle = await hostileBundle(folder);
  const bare = document(await exported(bundle, 'sarif', join(folder, 'bare'))).runs[0].results;
  const beside = await exported(bundle, 'sarif', join(folder, 'beside'), accepted({}));
  const validate = await published('sarif-schema-2.1.0.json');
  expect(validate(JSON.parse([...beside.texts.values()][0] ?? '')), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  const results = document(beside).runs[0].results;
  expect(results.map((result) => ({ ...result, suppressions: undefined }))).toEqual(bare);
  for (const { ruleId, suppressions } of results) expect(suppressions?.length ?? 0).toBe(ruleId === 'aws-access-key-age' ? 1 : 0);
  expect(results.find(({ suppressions }) => suppressions !== undefined)?.suppressions?.[0]).toMatchObject({ kind: 'external', justification: 'Replaced with the new gateway in January. Accepted until 2027-01-31, approved by Ana Reis (typed only). Retroactive: logged 2026-10-01T08:00:00.000Z, in force from 2026-10-01T00:00:00.000Z.' });
});

test('that one person asked and approved is told with the acceptance, in every format', async () => {
  const folder = await temporaryFolder();
  const bundle = await hostileBundle(folder);
  const log = accepted({ approvedBy: { name: 'ines  duarte', basis: 'typed only' }, samePersonReason: 'a team of one', loggedAt: '2026-09-30T08:00:00.000Z' as Instant });
  for (const format of ['oscal', 'ocsf', 'sarif'] as const) {
    const { texts } = await exported(bundle, format, join(folder, format), log);
    expect([...texts.values()].join('').includes('approved by ines  duarte (typed only). Same person requested it: a team of one.'), format).toBe(true);
  }
});

test.each<[string, Partial<FromLog['acceptances'][number]>]>([
  ['expired the day before', { expires: '2026-11-21' }],
  ['not effective yet', { effective: '2026-12-01T00:00:00.000Z' as Instant }],
  ['withdrawn before', { withdrawn: '2026-11-01T00:00:00.000Z' as Instant }],
  ['over another check', { match: { checks: ['azure-*'], units: ['*'], subjects: ['*'] } }],
])('an acceptance that is %s suppresses nothing', async (_, patch) => {
  const folder = await temporaryFolder();
  const { runs: [run] } = document(await exported(await hostileBundle(folder), 'sarif', join(folder, 'out'), accepted(patch)));
  expect(run.results.filter(({ suppressions }) => suppressions !== undefined)).toEqual([]);
});

test('a bundle whose verdicts are not those that were sealed is refused, and nothing is written', async () => {
  const folder = await temporaryFolder();
  const bundle = await hostileBundle(folder);
  await rm(join(bundle, BUNDLE.scope));
  await writeFile(join(bundle, BUNDLE.scope), '{}');
  await expect(exported(bundle, 'sarif', join(folder, 'out'))).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['runs']);
});

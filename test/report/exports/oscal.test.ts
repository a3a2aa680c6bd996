// SPDX-License-Identifier: Apache-2.0
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { forExport } from '../../../src/cli/export-log.ts';
import { BUNDLE } from '../../../src/bundle/layout.ts';
import { RESPONSIBILITY_STATEMENT } from '../../../src/bundle/records.ts';
import { digestOfFile } from '../../../src/evidence/digest.ts';
import type { LogEvent } from '../../../src/evidence/log-format.ts';
import { populationFile } from '../../../src/evidence/populations.ts';
import type { Instant } from '../../../src/model/instant.ts';
import { seenVerdicts } from '../../../src/report/exports/subjects.ts';
import { markup, objectiveId, property, token } from '../../../src/report/oscal/text.ts';
import { allOf } from '../../support/all-of.ts';
import { exported, hostileBundle, published } from '../../support/export-bundle.ts';
import { HOSTILE_NAMES } from '../../support/synthetic-bundle.ts';
import { temporaryFolder } from '../../support/temp.ts';

const props = z.array(z.object({ name: z.string(), ns: z.string(), value: z.string() })).optional();
const observation = z.looseObject({ uuid: z.string(), props, methods: z.array(z.string()), collected: z.string(), 'relevant-evidence': z.array(z.looseObject({ href: z.string() })) });
const backMatter = z.object({ resources: z.array(z.looseObject({ uuid: z.string(), rlinks: z.tuple([z.object({ href: z.string(), 'media-type': z.string(), hashes: z.tuple([z.object({ algorithm: z.literal('SHA-256'), value: z.string() })]) })]) })) });
const metadata = z.looseObject({ remarks: z.string(), 'last-modified': z.string() });
const results = z.object({
  'assessment-results': z.looseObject({
    metadata, 'import-ap': z.looseObject({ href: z.string() }), 'back-matter': backMatter,
    results: z.tuple([z.looseObject({
      start: z.string(), end: z.string(), observations: z.array(observation),
      'reviewed-controls': z.looseObject({ 'control-selections': z.tuple([z.looseObject({ 'include-controls': z.array(z.object({ 'control-id': z.string() })) })]) }),
      findings: z.array(z.looseObject({ props, target: z.looseObject({ 'target-id': z.string(), status: z.object({ state: z.string(), reason: z.string(), remarks: z.string() }) }), 'related-observations': z.array(z.object({ 'observation-uuid': z.string() })) })).optional(),
    })]),
  }),
});
const of = (texts: ReadonlyMap<string, string>, model: string): string => [...texts].find(([name]) => name.includes(model))?.[1] ?? '';
const valueOf = (all: z.output<typeof props>, name: string): string | undefined => all?.find((one) => one.name === name)?.value;

async function fits(schema: string, text: string): Promise<void> {
  const validate = await published(schema);
  expect(validate(JSON.parse(text)), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
}

test('plan and results of a bundle with hostile names fit the published schemas, import each other, and come out the same twice', async () => {
  const folder = await temporaryFolder();
  const bundle = await hostileBundle(folder);
  const [first, again] = [await exported(bundle, 'oscal', join(folder, 'a')), await exported(bundle, 'oscal', join(folder, 'b'))];
  expect([...again.texts].every(([name, text]) => first.texts.get(name) === text)).toBe(true);
  await fits('oscal_assessment-plan_schema.json', of(first.texts, 'assessment-plan'));
  await fits('oscal_assessment-results_schema.json', of(first.texts, 'assessment-results'));
  const parsed = results.parse(JSON.parse(of(first.texts, 'assessment-results')))['assessment-results'];
  expect(first.texts.has(parsed['import-ap'].href)).toBe(true);
  expect(parsed.metadata.remarks).toContain(RESPONSIBILITY_STATEMENT);
  expect(parsed.metadata['last-modified']).toBe(parsed.results[0].end);
  // Neither markup nor anything that acts; the name is there, and shown as it is written.
  const text = of(first.texts, 'assessment-results');
  expect(/[^\\]<script/.exec(text)?.[0]).toBe(undefined);
  expect(text.includes('\\\\<script\\\\>')).toBe(true);
  expect(/[\u202a-\u202e\u2066-\u2069\u200b\u007f-\u009f]/.exec(text)).toBe(null);
  // The results without a plan, or with one status more than the format knows, would not have passed.
  const validate = await published('oscal_assessment-results_schema.json');
  expect(validate({ 'assessment-results': { ...(JSON.parse(text) as { 'assessment-results': object })['assessment-results'], 'import-ap': undefined } })).toBe(false);
});

test('every result against a subject is an observation of its own, the others are counted at their check, and all six results are told by name', async () => {
  const folder = await temporaryFolder();
  const bundle = await hostileBundle(folder);
  const { texts } = await exported(bundle, 'oscal', join(folder, 'out'));
  const { observations, start, end } = results.parse(JSON.parse(of(texts, 'assessment-results')))['assessment-results'].results[0];
  const seen = await allOf(seenVerdicts(bundle));
  const verdicts = seen.flatMap((one) => ('verdict' in one ? [one.verdict] : []));
  const single = observations.filter((one) => ['deviation candidate', 'open result of a control', 'observation'].includes(valueOf(one.props, 'stands-as') ?? ''));
  for (const result of ['not_met', 'not_evaluated', 'needs_review'] as const) {
    const mine = single.filter((one) => valueOf(one.props, 'result') === result.replaceAll('_', '-'));
    expect(mine.length, result).toBe(verdicts.filter((verdict) => verdict.result === result).length);
    for (const { methods } of mine) expect(methods).toEqual(result === 'not_evaluated' ? ['EXAMINE'] : ['EXAMINE', 'TEST']);
  }
  expect(single.length).toBe(verdicts.filter(({ result }) => ['not_met', 'not_evaluated', 'needs_review'].includes(result)).length);
  const perCheck = observations.filter((one) => valueOf(one.props, 'met') !== undefined);
  expect(perCheck.length).toBe(new Set(seen.map((one) => ('verdict' in one ? one.verdict.check : one.check))).size);
  const counted = perCheck.reduce((sum, one) => sum + ['met', 'not-met', 'not-evaluated', 'needs-review', 'not-applicable', 'not-occurring'].reduce((inner, name) => inner + Number(valueOf(one.props, name)), 0), 0);
  expect(counted).toBe(seen.reduce((sum, one) => sum + ('verdict' in one ? 1 : one.count), 0));
  expect(observations.some((one) => valueOf(one.props, 'stands-as') === 'coverage gap')).toBe(true);
  for (const { collected } of observations) expect(collected >= start && collected <= end).toBe(true);
  expect(new Set(observations.map(({ uuid }) => uuid)).size).toBe(observations.length);
});

test('a control has a finding only where something stands against it or is open, and nothing is ever satisfied', async () => {
  const folder = await temporaryFolder();
  const { texts } = await exported(await hostileBundle(folder), 'oscal', join(folder, 'out'));
  const text = of(texts, 'assessment-results');
  const [result] = results.parse(JSON.parse(text))['assessment-results'].results;
  const controls = result['reviewed-controls']['control-selections'][0]['include-controls'].map((one) => one['control-id']);
  expect(controls.length).toBeGreaterThan(0);
  expect(text).not.toMatch(/"state":"satisfied"/);
  const ids = new Set(result.observations.map(({ uuid }) => uuid));
  for (const finding of result.findings ?? []) {
    const count = (name: string): number => Number(valueOf(finding.props, name));
    expect(finding.target.status.state).toBe('not-satisfied');
    expect(finding.target.status.reason).toBe(count('not-met') > 0 ? 'fail' : 'other');
    expect(count('not-met') + count('not-evaluated') + count('needs-review')).toBeGreaterThan(0);
    expect(controls.map((id) => `${id}_obj`)).toContain(finding.target['target-id']);
    expect(finding['related-observations'].length).toBeGreaterThan(1);
    for (const one of finding['related-observations']) expect(ids.has(one['observation-uuid'])).toBe(true);
  }
  expect(result.findings?.length).toBeGreaterThan(0);
});

test('back matter has each file that is pointed at, with the digest that anybody computes from the file', async () => {
  const folder = await temporaryFolder();
  const bundle = await hostileBundle(folder);
  const { texts } = await exported(bundle, 'oscal', join(folder, 'out'));
  const parsed = results.parse(JSON.parse(of(texts, 'assessment-results')))['assessment-results'];
  const { resources } = parsed['back-matter'];
  for (const { rlinks: [{ href, hashes: [{ value }] }] } of resources) expect((await digestOfFile(join(bundle, decodeURIComponent(href)))).sha256).toBe(value);
  expect(resources.map(({ rlinks: [{ href }] }) => href)).toEqual(expect.arrayContaining([populationFile('credentials'), populationFile('non-human-identities'), BUNDLE.verdicts]));
  const known = new Set(resources.map(({ uuid }) => `#${uuid}`));
  for (const one of parsed.results[0].observations) for (const { href } of one['relevant-evidence']) expect(known.has(href)).toBe(true);
});

const PERSON = { name: 'Ines Duarte', basis: 'typed only' } as const;
const NOTHING_SAID = { cause: null, extent: null, recurrence: null, compensatingControl: null, response: null, owner: null, due: null };
const at = (day: number): Instant => `2026-12-0${day}T09:00:00.000Z` as Instant;
const DEVIATIONS: readonly LogEvent[] = [
  { sequence: 0, event: 'deviation.recorded', at: at(1), deviation: 'DEV-1', control: 'ROT-1', about: { kind: 'results', check: 'aws-access-key-age', subjects: ['<script>', 'aws:1/AKIA1'] }, began: { from: null, to: at(1) }, detected: at(1), detectedIn: null, words: { ...NOTHING_SAID, cause: 'The job that\nrotates *keys* was off', due: '2026-12-24' }, by: PERSON },
  { sequence: 1, event: 'deviation.recorded', at: at(2), deviation: 'DEV-2', control: 'ROT-1', about: { kind: 'slots', schedule: 'weekly', due: [at(1)] }, began: { from: at(1), to: at(1) }, detected: at(2), detectedIn: null, words: NOTHING_SAID, by: PERSON },
  { sequence: 2, event: 'deviation.explained', at: at(3), deviation: 'DEV-1', words: { ...NOTHING_SAID, response: 'Switched on again', compensatingControl: 'Alarms on each use' }, by: PERSON },
  { sequence: 3, event: 'deviation.approved', at: at(4), deviation: 'DEV-1', by: { name: 'Ana Reis', basis: 'typed only' }, samePersonReason: null },
  { sequence: 4, event: 'deviation.repaired', at: at(5), deviation: 'DEV-1', repaired: at(4), provenBy: 'run-2', by: PERSON },
];

test('deviations of the log are a plan of action that fits the published schema: a repaired one stays, and what nobody said is said to be unsaid', async () => {
  const folder = await temporaryFolder();
  const bundle = await hostileBundle(folder);
  const { texts, notes } = await exported(bundle, 'oscal', join(folder, 'out'), forExport(DEVIATIONS));
  const text = of(texts, 'plan-of-action');
  await fits('oscal_poam_schema.json', text);
  expect(notes).toEqual([]);
  const risk = z.looseObject({ status: z.string(), statement: z.string(), deadline: z.string().optional(), props });
  const plan = z.object({ 'plan-of-action-and-milestones': z.looseObject({ metadata, risks: z.tuple([risk, risk]), 'poam-items': z.array(z.looseObject({ title: z.string(), description: z.string() })).length(2) }) }).parse(JSON.parse(text))['plan-of-action-and-milestones'];
  expect(plan.metadata.remarks).toContain(RESPONSIBILITY_STATEMENT);
  expect(plan.risks.map(({ status, statement, deadline }) => [status, statement, deadline])).toEqual([
    ['remediating', 'The job that\nrotates \\*keys\\* was off', '2026-12-24T23:59:59Z'], ['open', 'Management has not said.', undefined],
  ]);
  expect(valueOf(plan.risks[0].props, 'approved-by')).toBe('Ana Reis (typed only)');
  expect(valueOf(plan.risks[1].props, 'approved-by')).toBe('nobody yet');
  expect(valueOf(plan.risks[0].props, 'repaired')).toContain('run-2');
});

test.each([['no log', null, /no log is at hand/], ['a log without deviations', forExport([]), /the log holds no deviation/]] as const)('with %s there is no plan of action, and that is told', async (_, log, told) => {
  const folder = await temporaryFolder();
  const { texts, notes } = await exported(await hostileBundle(folder), 'oscal', join(folder, 'out'), log);
  expect([...texts.keys()].filter((name) => name.includes('plan-of-action'))).toEqual([]);
  expect((await readdir(join(folder, 'out'))).length).toBe(2);
  expect(notes.join()).toMatch(told);
});

test('any text becomes a string, a markup line and a token that OSCAL takes', () => {
  for (const name of HOSTILE_NAMES) {
    expect(property('x', name).value).toMatch(/^\S(.*\S)?$/u);
    expect(markup(name)).toMatch(/^[^\n]+$/u);
    expect(markup(name)).not.toMatch(/(^|[^\\])[<[\]>`*]/u);
  }
  for (const id of ['NHI-01', '1', '2.12', 'a_b', '_'.repeat(0).concat('Z9')]) for (const made of [token(id), objectiveId(id)]) expect(made).toMatch(/^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$/u);
  expect(new Set(['1', 'A1', '1_obj'].map(token)).size).toBe(3);
});

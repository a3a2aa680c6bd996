// SPDX-License-Identifier: Apache-2.0
import { createPublicKey } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lastQuarter } from '../../fixtures/company/quarter/plan.ts';
import { makePack } from '../../src/cli/commands/pack.ts';
import { loadPeriod } from '../../src/cli/load-period.ts';
import { playQuarter } from '../../src/cli/play-quarter.ts';
import { processTerminal } from '../../src/cli/terminal.ts';
import { rawKeyOf, signCheckpoint } from '../../src/evidence/checkpoint.ts';
import { leafHash, rootOf } from '../../src/evidence/merkle.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { instantOf, plusDays, type Instant } from '../../src/model/instant.ts';
import { canonicalJson } from '../../src/model/json.ts';
import type { Period } from '../../src/period/document.ts';
import { sealPack } from '../../src/period/pack/compose.ts';
import { PACK, RENDERED } from '../../src/period/pack/format.ts';
import { readPack, renderPack } from '../../src/period/pack/render.ts';
import { VERDICT_NAMES, type VerdictName, type VerifyReport } from '../../src/verify/report.ts';
import { packAuthenticity } from '../../src/verify/pack/authenticity.ts';
import { packIntegrity } from '../../src/verify/pack/integrity.ts';
import { packReDerivation } from '../../src/verify/pack/re-derivation.ts';
import { verifyPack, type PackVerifyOptions } from '../../src/verify/pack/verify.ts';
import { testSigner } from '../support/signer.ts';

type Results = { readonly [name in VerdictName]: 'pass' | 'fail' | 'cannot_say' };
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const signer = testSigner();
const stranger = testSigner();
let folder = '';
let pack = '';
let original: Period;
let honest: Results;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-mutation-'));
  const now = instantOf(Date.now());
  const { first, from, to } = lastQuarter(now);
  const archive = join(folder, 'archive');
  await playQuarter(archive, first, signer, () => undefined);
  original = await loadPeriod(archive, { from, to }, now);
  pack = join(folder, 'pack');
  await makePack(processTerminal({ quiet: true }), { archive, out: pack, organization: 'Northwind Harbor', period: original, requests: null, preparedBy: null, signer, madeAt: now });
  honest = resultsOf(await verify(pack));
}, 180_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As a reader verifies who has the right key and the archive. The period that the archive gives is worked out once. */
function verify(at: string, more: Partial<PackVerifyOptions> = {}): Promise<VerifyReport> {
  return verifyPack(at, { keys: [signer.publicKeyPem], require: [], again: async () => original, ...more });
}
function resultsOf({ verdicts }: VerifyReport): Results {
  return Object.fromEntries(verdicts.map(({ name, result }) => [name, result])) as Results;
}
/** Verdicts that came out worse than on the honest pack. */
function worse(results: Results): readonly VerdictName[] {
  const rank = { pass: 2, cannot_say: 1, fail: 0 } as const;
  return VERDICT_NAMES.filter((name) => rank[results[name]] < rank[honest[name]]);
}

async function copied(): Promise<string> {
  count += 1;
  const at = join(folder, `copy-${count}`);
  await cp(pack, at, { recursive: true });
  return at;
}
/** Makes everything again that follows from what stands in the folder, manifests and seal too: what somebody can do who holds a key. */
async function resealed(at: string, by: ReturnType<typeof testSigner>): Promise<void> {
  const { pack: about, period } = await readPack(at);
  for (const path of [...RENDERED, '../seal.dsse.json']) await rm(join(at, path.startsWith('../') ? path.slice(3) : path), { recursive: true, force: true });
  await renderPack(at, at);
  const log = await readLog(join(at, PACK.log));
  await sealPack(at, about, { ...(period ?? original).log, size: log.leaves.length, root: rootOf(log.leaves).toString('hex') }, by);
}
/** The same without making again what people read: manifests and seal alone. */
async function sealedBy(at: string, by: ReturnType<typeof testSigner>): Promise<void> {
  const { pack: about, period } = await readPack(at);
  await rm(join(at, 'seal.dsse.json'));
  await sealPack(at, about, (period ?? original).log, by);
}
async function withPeriod(at: string, change: (period: Mutable<Period>) => void): Promise<void> {
  const period = structuredClone(original) as Mutable<Period>;
  change(period);
  expect(canonicalJson(period), 'the mutation changes something').not.toBe(canonicalJson(original));
  await writeFile(join(at, PACK.period), `${canonicalJson(period)}\n`);
}
function first<T>(list: readonly T[], what: string): T {
  const [one] = list;
  if (one === undefined) throw new Error(`the quarter has no ${what}`);
  return one;
}
function later(at: Instant): Instant {
  return plusDays(at, 30);
}

test('an honest pack passes what can be passed, and says of the rest what it lacks', () => {
  expect(honest).toEqual({ integrity: 'pass', authenticity: 'pass', time: 'cannot_say', completeness: 'cannot_say', 'period-coverage': 'fail', 're-derivation': 'pass' });
});

/** What each says is one of the numbered properties of docs/evidence-properties.md. */
const OF_THE_PERIOD: readonly (readonly [string, (period: Mutable<Period>) => void])[] = [
  ['a sealed run left out', (p) => { p.runs = p.runs.filter((run) => run !== p.runs[3]); }],
  ['the aborted run left out', (p) => { p.runs = p.runs.filter(({ state }) => state !== 'aborted'); }],
  ['an ad hoc run told as scheduled', (p) => { first(p.runs.filter(({ occasion }) => occasion === 'ad hoc'), 'ad hoc run').occasion = 'scheduled'; }],
  ['the aborted run told as unfinished', (p) => { first(p.runs.filter(({ state }) => state === 'aborted'), 'aborted run').state = 'unfinished'; }],
  ['no schedule at all', (p) => { p.schedules = []; }],
  ['a log that ends earlier', (p) => { p.log.size -= 2; }],
  ['another digest of a run', (p) => { first(p.runs.filter(({ tagManifestSha256 }) => tagManifestSha256 !== null), 'run').tagManifestSha256 = 'a'.repeat(64); }],
  ['another version of the tool', (p) => { first(p.runs, 'run').tool = 'rollcall 9.9.9'; }],
  ['the missed slot told as done', (p) => { first(p.slots.filter(({ state }) => state === 'missed'), 'missed slot').state = 'done'; }],
  ['the late slot told as in time', (p) => { Object.assign(first(p.slots.filter(({ state }) => state === 'late'), 'late slot'), { state: 'done', lateByMinutes: null }); }],
  ['a deviation put beside a slot that has none', (p) => { first(p.slots.filter(({ state }) => state === 'late'), 'late slot').deviations = ['DEV-99']; }],
  ['a longer grace', (p) => { first(p.schedules, 'schedule').graceHours = 48; }],
  ['days that no run covers left out', (p) => { p.notCovered = []; }],
  ['a gap of coverage left out', (p) => { p.coverageGaps = []; }],
  ['a change of the tool left out', (p) => { p.changes = p.changes.filter(({ kind }) => kind !== 'tool'); }],
  ['a population of another size', (p) => { first(p.closing.files, 'population').count += 1; }],
  ['another digest of a population', (p) => { first(p.closing.files, 'population').sha256 = 'b'.repeat(64); }],
  ['an addition left out', (p) => { p.additions = p.additions.slice(1); }],
  ['a removal moved out of the period', (p) => { const one = first(p.removals, 'removal'); one.when = { from: later(one.when.to), to: later(one.when.to) }; }],
  ['an equation that comes out', (p) => { first(p.reconciliation, 'reconciliation').additions += 1; }],
  ['an audit log that was not read', (p) => { first(p.eventWindows, 'window').complete = !first(p.eventWindows, 'window').complete; }],
  ['the wording of a control', (p) => { first(p.controls, 'control').wording = 'Keys are good.'; }],
  ['a candidate left out', (p) => { const one = first(p.controls.filter(({ spans }) => spans.length > 0), 'candidate'); one.spans = one.spans.slice(1); }],
  ['a candidate told as ended', (p) => { const one = first(p.controls.flatMap(({ spans }) => spans).filter(({ end }) => end === null), 'open candidate'); one.end = { ...one.last, state: 'met' }; }],
  ['an observation left out', (p) => { p.observations = p.observations.slice(1); }],
  ['a deviation left out', (p) => { p.deviations = p.deviations.slice(1); }],
  ['a deviation that began later', (p) => { const one = first(p.deviations, 'deviation'); one.began = { from: later(one.began.to), to: later(one.began.to) }; }],
  ['a cause that nobody gave', (p) => { first(first(p.deviations, 'deviation').said, 'word').text = 'Nothing was wrong.'; }],
  ['a repair that nobody claimed', (p) => { const [mended] = p.deviations.filter(({ repaired }) => repaired !== null); first(p.deviations.filter(({ repaired }) => repaired === null), 'open deviation').repaired = mended?.repaired ?? null; }],
  ['an approval that nobody gave', (p) => { first(p.deviations, 'deviation').approvedBy = []; }],
  ['a name that was typed told as signed', (p) => { first(p.deviations, 'deviation').recordedBy = { name: 'Tom Achterberg', basis: 'key', keyId: 'c'.repeat(64), signature: 'AAAA' }; }],
  ['something unexplained left out', (p) => { p.unexplained = p.unexplained.slice(1); }],
  ['an acceptance that runs longer', (p) => { first(p.acceptances.filter(({ state }) => state === 'expired'), 'expired acceptance').expires = '2099-01-01'; }],
  ['an acceptance told as not retroactive', (p) => { const one = first(p.acceptances, 'acceptance'); one.effective = later(one.effective); }],
  ['a revoke told as done', (p) => { first(p.reviews.flatMap(({ followThrough }) => followThrough).filter(({ state }) => state === 'not done'), 'revoke that was not done').state = 'done'; }],
  ['undecided items told as approved', (p) => { const { decided } = first(p.reviews, 'review'); decided.approved += decided.undecided; decided.undecided = 0; }],
  ['another population under a review', (p) => { first(p.reviews, 'review').populationSha256 = 'd'.repeat(64); }],
  ['more that management represents', (p) => { first(p.represented, 'representation').count += 5; }],
  ['an indicator that looks better', (p) => { const one = first(first(p.indicators, 'indicator').checks.filter(({ results }) => results.not_met > 0), 'check'); one.results.not_met = 0; }],
  ['an improvement told as done', (p) => { first(p.improvements, 'improvement').done = null; }],
  ['blind spots left out', (p) => { p.blindSpots = []; }],
  ['an anchor that is not there', (p) => { p.log.anchors = [{ size: 1, kind: 'elsewhere', time: null, where: 'with the auditor' }]; }],
];

describe('a period that says something else', () => {
  test.each(OF_THE_PERIOD)('%s: integrity names the file where it was only edited', async (_name, change) => {
    const at = await copied();
    await withPeriod(at, change);
    expect((await packIntegrity(at)).result).toBe('fail');
    await rm(at, { recursive: true });
  });

  test.each(OF_THE_PERIOD)('%s: with everything made again and sealed by a stranger, authenticity fails; with the right key, what the archive gives does', async (_name, change) => {
    const at = await copied();
    await withPeriod(at, change);
    await sealedBy(at, stranger);
    expect((await packAuthenticity(at, { keys: [signer.publicKeyPem] })).result).toBe('fail');
    await resealed(at, signer);
    const results = resultsOf(await verify(at));
    expect(results['re-derivation']).toBe('fail');
    expect(worse(results)).toContain('re-derivation');
    // Without the archive it cannot be said, which is worse than an honest pack with it: nothing passes in silence.
    expect((await packReDerivation(at, null)).result).toBe('cannot_say');
    await rm(at, { recursive: true });
  });

  const OF_THE_LOG_ALONE = ['a sealed run left out', 'the aborted run left out', 'an ad hoc run told as scheduled', 'another digest of a run', 'the aborted run told as unfinished', 'the missed slot told as done', 'the late slot told as in time', 'a deviation put beside a slot that has none', 'a longer grace', 'no schedule at all', 'a log that ends earlier'];
  test.each(OF_THE_PERIOD.filter(([name]) => OF_THE_LOG_ALONE.includes(name)))('%s: the log in the pack alone tells it, without the archive', async (_name, change) => {
    const at = await copied();
    await withPeriod(at, change);
    await resealed(at, signer);
    const { verdicts } = await verify(at, { again: null });
    const coverage = verdicts.find(({ name }) => name === 'period-coverage');
    expect(coverage?.result).toBe('fail');
    expect(coverage?.findings.some(({ message }) => !message.startsWith('has_unexplained_gaps'))).toBe(true);
    await rm(at, { recursive: true });
  });
});

/** Lines of the log in the pack, changed; the log's own checkpoint is made again where the key is at hand. */
async function withLog(at: string, change: (lines: string[]) => string[], checkpoint: boolean): Promise<void> {
  const log = join(at, PACK.log);
  const lines = (await readFile(join(log, 'leaves.jsonl'), 'utf8')).trimEnd().split('\n');
  const changed = change(lines);
  await writeFile(join(log, 'leaves.jsonl'), `${changed.join('\n')}\n`);
  if (!checkpoint) return;
  const origin = (await readFile(join(log, 'origin'), 'utf8')).trim();
  const text = await signCheckpoint(origin, changed.length, rootOf(changed.map((line) => leafHash(Buffer.from(line)))), signer, rawKeyOf(createPublicKey(signer.publicKeyPem)));
  await writeFile(join(log, 'checkpoint'), text);
  await rm(join(log, 'checkpoints'), { recursive: true });
}

const OF_THE_LOG: readonly (readonly [string, (lines: string[]) => string[]])[] = [
  ['cut short', (lines) => lines.slice(0, -3)],
  ['an acceptance edited', (lines) => lines.map((line) => line.replace('"expires":"20', '"expires":"21'))],
  ['a schedule with more grace', (lines) => lines.map((line) => line.replace('"graceHours":12', '"graceHours":48'))],
  ['a deviation made to begin later', (lines) => lines.map((line) => line.replace(/"began":\{"from":"20/, '"began":{"from":"19'))],
  ['a decision by somebody else', (lines) => lines.map((line) => (line.includes('review.decided') ? line.replace('Mara Okafor', 'Dana Whitfield') : line))],
  ['the aborted run unheard of', (lines) => {
    const aborted = /"run":"([^"]+)"/.exec(lines.find((line) => line.includes('run.aborted')) ?? '')?.[1] ?? 'none';
    return lines.filter((line) => !line.includes(aborted)).map((line, index) => line.replace(/"sequence":\d+/, `"sequence":${index}`));
  }],
];

describe('a log that says something else', () => {
  test.each(OF_THE_LOG)('%s: its checkpoint tells', async (_name, change) => {
    const at = await copied();
    await withLog(at, change, false);
    await resealed(at, signer);
    expect(resultsOf(await verify(at)).authenticity).toBe('fail');
    await rm(at, { recursive: true });
  });

  test.each(OF_THE_LOG)('%s and signed anew with the right key: a checkpoint that the reader kept tells', async (_name, change) => {
    const at = await copied();
    await withLog(at, change, true);
    await resealed(at, signer);
    const kept = await readFile(join(pack, PACK.log, 'checkpoint'), 'utf8');
    const { verdicts } = await verify(at, { checkpoint: kept });
    const authenticity = verdicts.find(({ name }) => name === 'authenticity');
    expect(authenticity?.result).toBe('fail');
    expect(authenticity?.findings.map(({ message }) => message).join('\n')).toMatch(/history_(rewritten|truncated)/);
    await rm(at, { recursive: true });
  });

  test('forked: two logs that begin alike do not both continue what was kept', async () => {
    const at = await copied();
    await withLog(at, (lines) => [...lines.slice(0, -1), canonicalJson({ event: 'improvement.done', sequence: lines.length - 1, at: original.asOf, improvement: 'IMP-03', text: 'again', by: { name: 'Tom Achterberg', basis: 'typed only' } })], true);
    await resealed(at, signer);
    expect(resultsOf(await verify(at, { checkpoint: await readFile(join(pack, PACK.log, 'checkpoint'), 'utf8') })).authenticity).toBe('fail');
  });
});

/** Files that the pack carries from runs, the log and people, changed by somebody who can make manifests and seal again. */
const OF_FILES: readonly (readonly [string, VerdictName, (at: string) => Promise<void>])[] = [
  ['a row taken out of a population', 'integrity', async (at) => {
    const file = join(at, PACK.populations, 'closing', 'credentials.csv');
    const lines = (await readFile(file, 'utf8')).split('\r\n');
    await writeFile(file, [...lines.slice(0, 5), ...lines.slice(6)].join('\r\n'));
  }],
  ['a gap taken out of what a run covered', 'integrity', (at) => inRun(at, 'coverage.json', (text) => text.replace(/"gaps":\[[^\]]*\]/, '"gaps":[]').replace('"listed"', '"listed" '))],
  ['the scope of a run', 'integrity', (at) => inRun(at, 'scope.json', (text) => text.replace('444455556666', '444455556667'))],
  ['the record of a control', 'integrity', (at) => inRun(at, 'evidence/NHI-02.json', (text) => text.replace('"not_met":', '"not_met" :'))],
  ['the seal of a run taken away', 'authenticity', async (at) => rm(join(at, PACK.runs, first(await readdir(join(at, PACK.runs)), 'run'), 'seal.dsse.json'))],
  ['a whole run taken away', 'integrity', async (at) => rm(join(at, PACK.runs, first(await readdir(join(at, PACK.runs)), 'run')), { recursive: true })],
  ['a document that the log names altered', 'integrity', async (at) => writeFile(join(at, PACK.documents, first(await readdir(join(at, PACK.documents)), 'document')), 'as somebody wishes')],
  ['a document that the log names taken away', 'integrity', async (at) => rm(join(at, PACK.documents, first(await readdir(join(at, PACK.documents)), 'document')))],
];

async function inRun(at: string, file: string, change: (text: string) => string): Promise<void> {
  const path = join(at, PACK.runs, first((await readdir(join(at, PACK.runs))).slice(-1), 'run'), file);
  const text = await readFile(path, 'utf8');
  expect(change(text)).not.toBe(text);
  await writeFile(path, change(text));
}

describe('what a pack carries', () => {
  test.each(OF_FILES)('%s: %s fails though manifests and seal were made again with the right key', async (_name, verdict, change) => {
    const at = await copied();
    await change(at);
    await resealed(at, signer);
    expect(resultsOf(await verify(at))[verdict]).toBe('fail');
    await rm(at, { recursive: true });
  });

  test.each([PACK.cover, PACK.page, PACK.workbook, `${PACK.tables}/slots.csv`, PACK.readme])('%s that does not follow from the period: re-derivation fails', async (file) => {
    const at = await copied();
    const bytes = await readFile(join(at, file));
    await writeFile(join(at, file), Buffer.concat([bytes.subarray(0, bytes.length - 20), Buffer.from(' '), bytes.subarray(bytes.length - 20)]));
    await sealedBy(at, signer);
    const results = resultsOf(await verify(at));
    expect(results.integrity).toBe('pass');
    expect(results['re-derivation']).toBe('fail');
    await rm(at, { recursive: true });
  });
});

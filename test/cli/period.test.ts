// SPDX-License-Identifier: Apache-2.0
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { aws } from '../../fixtures/company/quarter/keys.ts';
import { lastQuarter } from '../../fixtures/company/quarter/plan.ts';
import { csvRecords } from '../../src/evidence/populations-csv.ts';
import { instantOf } from '../../src/model/instant.ts';
import { periodSchema, type Period } from '../../src/period/document.ts';
import { machine, rollcall, type Ended } from './child.ts';

const here = machine();
const { from, to } = lastQuarter(instantOf(Date.now()));
let folder = '';
let demo: Ended;
let period: Period;
const run = async (...args: readonly string[]): Promise<Ended> => rollcall(args, { cwd: folder, env: here().environment() });
const ofQuarter = ['--archive', 'quarter', '--from', from, '--to', to] as const;
const key = (): string => join(here().root, 'home/config/rollcall/signing-key.pub.pem');

beforeAll(async () => {
  folder = await here().folder('period');
  demo = await run('demo', '--period', '--json');
  period = periodSchema.parse(JSON.parse(await readFile(join(folder, 'quarter-pack/data/period.json'), 'utf8')));
}, 180_000);

describe('the played quarter', () => {
  test('ends with 0, verified, and leaves archive and pack beside each other', async () => {
    expect(demo.code).toBe(0);
    expect(JSON.parse(demo.stdout)).toMatchObject({ archive: './quarter', pack: { bytes: expect.any(Number) }, verify: { required: ['integrity', 'authenticity', 're-derivation'] } });
    expect((await readdir(folder)).sort()).toEqual(['quarter', 'quarter-pack', 'quarter-pack.zip']);
    expect((JSON.parse(demo.stdout) as { readonly pack: { readonly bytes: number } }).pack.bytes).toBeLessThan(25_000_000);
  });
  test('has a missed week that a deviation explains, a late run that none does, and a try that was stopped', () => {
    expect(period.slots.map(({ state, deviations }) => `${state} ${deviations.join()}`.trim())).toEqual([...Array.from({ length: 6 }, () => 'done'), 'missed DEV-08', 'done', 'done', 'late', 'done', 'done', 'done']);
    expect(period.runs.filter(({ state }) => state === 'aborted')).toHaveLength(1);
    expect(period.notCovered.map(({ days }) => days)).toEqual([7, 1]);
    expect(period.unexplained.filter(({ kind }) => kind === 'slot').map(({ what }) => what)).toEqual(['late slot of weekly']);
  });
  test('has a rotated key: a deviation that is over, with both dates and a run that shows it', () => {
    const [first] = period.deviations;
    expect(first).toMatchObject({ deviation: 'DEV-07', subjects: [aws.key('cideploy-old')], missing: [], repaired: { proof: 'holds' } });
    expect((first?.began.to ?? '~') < (first?.repaired?.at ?? '')).toBe(true);
    const [span] = period.controls.flatMap(({ spans }) => spans).filter(({ subject }) => subject === aws.key('cideploy-old'));
    expect(span).toMatchObject({ check: 'aws-access-key-age', end: { state: 'gone' }, deviations: ['DEV-07'] });
    expect(period.unexplained.some(({ subject }) => subject === aws.key('cideploy-old'))).toBe(false);
  });
  test('has a key that only events know, and revocations that an event dates and a complete list proves', () => {
    expect(period.additions.find((one) => one.key === aws.key('hotfix-one-afternoon'))).toMatchObject({ basis: 'event', name: 'hotfix', inPeriod: 'yes' });
    expect(period.removals.find((one) => one.key === aws.key('hotfix-one-afternoon'))).toMatchObject({ inPeriod: 'yes', note: expect.stringContaining('complete list') });
    const revoked = period.removals.find((one) => one.key === aws.key('reportexport'));
    expect(revoked).toMatchObject({ basis: 'both', inPeriod: 'yes', note: expect.stringContaining('complete list') });
    expect(revoked?.when.from).toBe(revoked?.when.to);
  });
  test('adds up: opening, additions, removals and closing, with nothing left over', () => {
    for (const { opening, additions, removals, closing, remainder } of period.reconciliation) {
      expect(opening + additions - removals).toBe(closing);
      expect(remainder).toEqual([]);
    }
    expect(period.closing.files.find(({ name }) => name === 'credentials')?.count).toBe(period.reconciliation.find(({ population }) => population === 'credentials')?.closing);
  });
  test('has an acceptance that ended: its result is unexplained from then on, one that held throughout is not', () => {
    expect(period.acceptances.map(({ acceptance, state }) => `${acceptance} ${state}`)).toEqual(['ACC-2026-07 expired', 'ACC-2026-06 in force']);
    expect(period.unexplained.find(({ subject }) => subject === aws.key('vendorsync'))).toMatchObject({ what: 'aws-access-key-age', detail: expect.stringContaining('ACC-2026-07 covers part of the time') });
    expect(period.unexplained.some(({ what }) => what === 'aws-service-credential-no-expiry')).toBe(false);
    expect(period.controls.flatMap(({ spans }) => spans).filter(({ check }) => check === 'aws-service-credential-no-expiry').every(({ acceptances }) => acceptances.includes('ACC-2026-06'))).toBe(true);
  });
  test('has a review: one revoke done, one not, a rotate not, and what management represents is counted apart', () => {
    const [review] = period.reviews;
    expect(review?.followThrough.map(({ key: item, decision, state }) => `${decision} ${state} ${item === aws.key('reportexport') ? 'report' : item === aws.key('legacybatch') ? 'batch' : 'vendor'}`).sort()).toEqual(['revoke done report', 'revoke not done batch', 'rotate not done vendor']);
    expect(review?.decided).toMatchObject({ undecided: 2, samePerson: 0 });
    expect(review?.count).toBe((review?.decided.undecided ?? 0) + (review?.decided.approved ?? 0));
    expect(period.represented.map(({ count }) => count)).toEqual([2]);
    expect(period.unexplained.filter(({ kind }) => kind === 'review')).toHaveLength(2);
  });
  test('has two versions of the tool, a gap in one run, and counts that do not fall by it', () => {
    expect(period.changes.filter(({ kind }) => kind === 'tool')).toHaveLength(1);
    expect(period.coverageGaps.map(({ operation, runs, ofRuns }) => `${operation} ${runs.length}/${ofRuns}`)).toEqual(['ListSSHPublicKeys 1/13']);
    expect(period.indicators.map(({ credentials }) => credentials).filter((count) => count === null)).toHaveLength(1);
    for (const { credentials } of period.indicators) if (credentials !== null) expect(credentials).toBeGreaterThan(50);
  });
});

describe('period', () => {
  test('ends with 1 while something is unexplained, and --json is the document', async () => {
    const { code, stdout } = await run('period', ...ofQuarter, '--json');
    expect(code).toBe(1);
    expect(periodSchema.parse(JSON.parse(stdout)).unexplained).toEqual(period.unexplained);
  });
  test('--out writes the same numbers as page, workbook, tables and JSON', async () => {
    await run('period', ...ofQuarter, '--out', 'out');
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(['index.html', 'period.json', 'period.xlsx', 'tables']);
    expect(csvRecords(await readFile(join(folder, 'out/tables/unexplained.csv'), 'utf8'), 'unexplained')).toHaveLength(period.unexplained.length + 1);
    expect(await run('period', ...ofQuarter, '--out', 'out')).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') });
  });
  test('looks at nothing that was logged after --as-of', async () => {
    const early = periodSchema.parse(JSON.parse((await run('period', ...ofQuarter, '--as-of', period.deviations[0]?.detected ?? '', '--json')).stdout));
    expect(early.deviations).toEqual([]);
    expect(early.runs.length).toBeLessThan(period.runs.length);
    expect(early.slots.some(({ state }) => state === 'open')).toBe(true);
  });
  test('says the same of a moment whether later runs are in the archive or not', async () => {
    const moment = period.runs.filter(({ state }) => state === 'sealed').at(-3)?.ended ?? '';
    const at = async (archive: string): Promise<Period> => periodSchema.parse(JSON.parse((await run('period', '--archive', archive, '--from', from, '--to', to, '--as-of', moment, '--json')).stdout));
    await cp(join(folder, 'quarter'), join(folder, 'earlier'), { recursive: true });
    const later = period.runs.filter(({ ended }) => ended !== null && ended > moment);
    for (const one of later) await rm(join(folder, 'earlier/runs', one.run), { recursive: true, force: true });
    const whole = await at('quarter');
    expect(later.length).toBeGreaterThanOrEqual(2);
    expect(whole).toEqual(await at('earlier'));
    expect(whole.additions.length).toBeLessThan(period.additions.length + 1);
    expect(whole.reconciliation).not.toEqual(period.reconciliation);
    await rm(join(folder, 'earlier'), { recursive: true });
  });
  test.each([[['--from', '2026-02-30', '--to', '2026-03-01'], /2026-02-30 is no day/], [['--from', '2026-03-02', '--to', '2026-03-01'], /lies before/]] as const)('%j is refused', async (days, message) => {
    const { code, stdout, stderr } = await run('period', '--archive', 'quarter', ...days);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
  test('shows a run whose folder is gone, and leaves it out of nothing', async () => {
    const gone = period.runs.find(({ state, inPeriod }) => state === 'sealed' && inPeriod)?.run ?? '';
    await rename(join(folder, 'quarter/runs', gone), join(folder, 'kept'));
    const found = periodSchema.parse(JSON.parse((await run('period', ...ofQuarter, '--json')).stdout));
    await rename(join(folder, 'kept'), join(folder, 'quarter/runs', gone));
    expect(found.runs.find((one) => one.run === gone)).toMatchObject({ state: 'bundle missing' });
  });
});

describe('pack', () => {
  const PACK = ['pack', ...ofQuarter, '--organization', 'Northwind Harbor', '--out'] as const;
  test('answers requests in their order, and names what nothing answers', async () => {
    const index = csvRecords(await readFile(join(folder, 'quarter-pack/data/requests-index.csv'), 'utf8'), 'index');
    expect([...new Set(index.slice(1).map(([id]) => id))]).toEqual(['NHI-1', 'NHI-2', 'NHI-3', 'NHI-4', 'NHI-5', 'NHI-6', 'NHI-7']);
    expect(index.at(-1)?.at(-1)).toBe('management has named nothing that answers it');
  });
  test.each([
    ['an answer that nothing is called', 'request_id,wording,answers\nA,b,table:nothing\n', /row 2: nothing in the pack is called table:nothing/], ['a request that stands twice', 'request_id,wording,answers\nA,b,cover\nA,c,cover\n', /row 3: the request A stands twice/],
    ['other columns', 'id,text\nA,b\n', /has the columns id, text/], ['no wording', 'request_id,wording,answers\nA,,cover\n', /needs an id and a wording/],
    ['a request that stands twice but for a space', 'request_id,wording,answers\nA,b,cover\nA ,c,cover\n', /row 3: the request A stands twice/], ['semicolons between columns', 'request_id;wording;answers\nA;b;cover\n', /separates its columns with semicolons/],
  ])('refuses %s and leaves nothing half-written', async (_name, text, message) => {
    await writeFile(join(folder, 'bad.csv'), text);
    const { code, stderr } = await run(...PACK, 'refused', '--requests', 'bad.csv');
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect((await readdir(folder)).filter((name) => name.startsWith('refused'))).toEqual([]);
  });
  test('adds rows and runs that are named; they hold against that pack, and cannot be said without it', async () => {
    const run1 = period.closing.run ?? '';
    expect((await run('pack', 'add', 'quarter-pack', '--archive', 'quarter', '--rows', `${run1}/credentials:1`, '--out', 'rows')).code).toBe(0);
    expect((await run('pack', 'add', 'quarter-pack', '--archive', 'quarter', '--runs', run1, '--out', 'runs')).code).toBe(0);
    for (const added of ['rows', 'runs']) {
      expect((await run('verify', added, '--key', key(), '--pack', 'quarter-pack', '--require', 'integrity,authenticity,re-derivation')).code, added).toBe(0);
      expect((await run('verify', added, '--key', key())).code, added).toBe(3);
    }
    const file = join(folder, 'rows/data/runs', run1, 'data/populations/credentials.csv');
    await writeFile(file, `${await readFile(file, 'utf8')} `);
    expect((await run('verify', 'rows', '--key', key(), '--pack', 'quarter-pack')).code).toBe(1);
    expect(await run('pack', 'add', 'quarter-pack', '--archive', 'quarter', '--rows', `${run1}/credentials:99999`, '--out', 'none')).toMatchObject({ code: 2, stderr: expect.stringContaining('has no row 99999') });
  });
  test('of a run whose folder is gone answers no request with it and adds nothing of it, in words', async () => {
    const gone = period.runs.find(({ state, inPeriod }) => state === 'sealed' && inPeriod)?.run ?? '';
    await rename(join(folder, 'quarter/runs', gone), join(folder, 'kept'));
    await writeFile(join(folder, 'bad.csv'), `request_id,wording,answers\nA,b,run:${gone}\n`);
    const asked = await run(...PACK, 'refused', '--requests', 'bad.csv');
    const added = await run('pack', 'add', 'quarter-pack', '--archive', 'quarter', '--runs', gone, '--out', 'refused-addition');
    await rename(join(folder, 'kept'), join(folder, 'quarter/runs', gone));
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining(`nothing in the pack is called run:${gone}`) });
    expect(added).toMatchObject({ code: 2, stderr: expect.stringContaining('is not in quarter any more') });
    expect((await readdir(folder)).filter((name) => name.startsWith('refused'))).toEqual([]);
  });
  test('makes the folders that lead to --out', async () => {
    expect((await run('pack', 'add', 'quarter-pack', '--archive', 'quarter', '--runs', period.closing.run ?? '', '--out', 'a/b/addition')).code).toBe(0);
    expect((await run(...PACK, 'c/d/pack')).code).toBe(0);
    expect([await readdir(join(folder, 'a/b')), await readdir(join(folder, 'c/d'))]).toEqual([['addition', 'addition.zip'], ['pack', 'pack.zip']]);
  });
  test('verifies with key and archive, and a key of somebody else fails it', async () => {
    const { stdout } = await run('verify', 'quarter-pack', '--key', key(), '--archive', 'quarter', '--json');
    const { verdicts } = JSON.parse(stdout) as { readonly verdicts: { readonly name: string; readonly result: string }[] };
    expect(Object.fromEntries(verdicts.map(({ name, result }) => [name, result]))).toEqual({ integrity: 'pass', authenticity: 'pass', time: 'cannot_say', completeness: 'cannot_say', 'period-coverage': 'fail', 're-derivation': 'pass' });
  });
});

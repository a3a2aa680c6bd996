// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AwsServer } from '../../fixtures/servers/aws-query.ts';
import { actIsSigned } from '../../src/evidence/acts.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { notMetRows, recordedOwners } from '../../src/cli/recorded-owners.ts';
import { machine, onlyRun, rollcall, type Ended } from './child.ts';
import { CONTROLS_YAML } from '../../fixtures/company/controls.ts';
import { configure, serve, day } from './company-server.ts';

const here = machine();
let company: AwsServer;
let folder = '';
let runId = '';
const env = (): NodeJS.ProcessEnv => here().environment(company.url);
const run = async (...args: readonly string[]): Promise<Ended> => rollcall([...args, '--archive', 'archive'], { cwd: folder, env: env() });
const INES = ['--by', 'Ines Duarte'] as const;
const TOM = ['--by', 'Tom Achterberg'] as const;
const parsed = async (...args: readonly string[]): Promise<unknown> => JSON.parse((await run(...args, '--json')).stdout) as unknown;
const entries = async (): Promise<number> => (await readFile(join(folder, 'archive/log/leaves.jsonl'), 'utf8')).split('\n').length - 1;

beforeAll(async () => {
  company = await serve();
  folder = await here().folder('people');
  await writeFile(join(folder, 'controls.yaml'), CONTROLS_YAML);
  await writeFile(join(folder, 'owners.yaml'), 'owners:\n  - match: {kind: aws.user}\n    owner: Lena Fischer\n');
  await configure(folder, { controls: 'controls.yaml', owners: 'owners.yaml' });
  await run('scan', '--bulk-only', '--quiet');
  runId = (await onlyRun(join(folder, 'archive'))).split('/').at(-1) ?? '';
});

afterAll(() => company.close());

/** Held against the log: what is refused leaves no entry. */
async function refused(args: readonly string[], message: RegExp): Promise<void> {
  const before = await entries();
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(await entries()).toBe(before);
}

const ACCEPT = ['acceptances', 'record', '--check', 'aws-nhi-admin-policy', '--unit', 'aws:*', '--subject', '*', '--reason', 'until the new roles are there', '--expires'] as const;

describe('acceptances', () => {
  test('want two people, or the reason why one does both', async () => {
    await refused([...ACCEPT, day(30), '--id', 'A-1', ...INES], /--approved-by: nobody approved it/);
    await refused([...ACCEPT, day(30), '--id', 'A-1', ...INES, '--approved-by', 'ines  duarte'], /one person asks for A-1 and approves it/);
    expect((await run(...ACCEPT, day(30), '--id', 'A-same', ...INES, '--approved-by', 'Ines Duarte', '--same-person-reason', 'a team of one')).code).toBe(0);
    expect((await run('acceptances', 'list')).stdout).toContain('same person');
  });
  test('want a name that names somebody, an end within a year and an id of their own', async () => {
    await refused([...ACCEPT, day(30), '--id', 'A-2', '--by', 'admin', '--approved-by', 'Ines Duarte'], /"admin" does not name a person/);
    await refused([...ACCEPT, day(400), '--id', 'A-2', ...TOM, '--approved-by', 'Ines Duarte'], /more than 366 days/);
    await refused([...ACCEPT, day(-3), '--id', 'A-2', ...TOM, '--approved-by', 'Ines Duarte'], /before it begins/);
    await refused([...ACCEPT, day(30), '--id', '../A-2', ...TOM, '--approved-by', 'Ines Duarte'], /is no id/);
    expect((await run(...ACCEPT, day(30), '--id', 'A-2', ...TOM, '--approved-by', 'Ines Duarte')).code).toBe(0);
    await refused([...ACCEPT, day(30), '--id', 'A-2', ...TOM, '--approved-by', 'Ines Duarte'], /there is an acceptance A-2 already/);
  });
  test('from an automation want more than a typed name', async () => {
    const before = await entries();
    const { code, stderr } = await rollcall([...ACCEPT, day(30), '--id', 'A-3', ...TOM, '--approved-by', 'Ines Duarte', '--archive', 'archive'], { cwd: folder, env: { ...env(), CI: 'true' } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/a name typed by an automation shows nothing of a person/);
    expect(await entries()).toBe(before);
  });
  test('with an approval attached keep it by its digest', async () => {
    await writeFile(join(folder, 'ticket.txt'), 'RISK-118: approved by Ines Duarte');
    expect((await run(...ACCEPT, day(30), '--id', 'A-4', ...TOM, '--approved-by', 'Ines Duarte', '--approved-by-approval', 'ticket.txt')).code).toBe(0);
    const all = (await parsed('acceptances', 'list')) as { readonly recorded: { readonly acceptance: string; readonly approvedBy: { readonly basis: string; readonly sha256?: string } } }[];
    const approver = all.find(({ recorded }) => recorded.acceptance === 'A-4')?.recorded.approvedBy;
    expect(approver?.basis).toBe('approval attached');
    expect(await readFile(join(folder, 'archive/documents', approver?.sha256 ?? ''), 'utf8')).toContain('RISK-118');
  });
  test('signed with the keys of both people hold against these keys and no other', async () => {
    const keys = ['tom', 'ines'].map((name) => ({ name, pair: generateKeyPairSync('ed25519') }));
    for (const { name, pair } of keys) await writeFile(join(folder, `${name}.pem`), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    expect((await run(...ACCEPT, day(30), '--id', 'A-key', ...TOM, '--person-key', 'tom.pem', '--approved-by', 'Ines Duarte', '--approved-by-key', 'ines.pem')).code).toBe(0);
    const { events } = await readLog(join(folder, 'archive/log'));
    const event = events.find((one) => one.event === 'acceptance.recorded' && one.acceptance === 'A-key');
    if (event?.event !== 'acceptance.recorded') throw new Error('it was not recorded');
    const [tom, ines] = keys.map(({ pair }) => pair.publicKey);
    if (tom === undefined || ines === undefined) throw new Error('there are two keys');
    expect(actIsSigned(event, event.requestedBy, [tom])).toBe(true);
    expect(actIsSigned(event, event.approvedBy, [ines])).toBe(true);
    expect(actIsSigned(event, event.approvedBy, [tom])).toBeNull();
    expect(actIsSigned({ ...event, expires: '2099-01-01' }, event.approvedBy, [ines])).toBe(false);
    await refused([...ACCEPT, day(30), '--id', 'A-nokey', ...TOM, '--person-key', 'ticket.txt', '--approved-by', 'Ines Duarte'], /is no Ed25519 private key/);
  });
  test('of what the approver answers for want the reason why one does both, of identities and of what they hold', async () => {
    const bundle = join(folder, 'archive/runs', runId);
    const owners = await recordedOwners(bundle);
    const owned = (await notMetRows(bundle)).flatMap((row) => { const owner = owners.get(row.subject); return owner !== 'Lena Fischer' ? [] : [{ ...row, owner }]; });
    for (const [index, check] of ['aws-access-key-age', 'aws-nhi-admin-policy'].entries()) {
      const row = owned.find((one) => one.check === check);
      if (row === undefined) throw new Error(`the company has an owned subject that does not meet ${check}`);
      const of = ['acceptances', 'record', '--id', `A-own-${index}`, '--check', check, '--unit', 'aws:*', '--subject', row.subject, '--reason', 'why', '--expires', day(5), '--by', 'Somebody Else', '--approved-by', row.owner];
      await refused(of, /is the recorded owner of/);
      expect((await run(...of, '--same-person-reason', 'a team of one')).code).toBe(0);
    }
    const reasons = (await parsed('acceptances', 'list')) as { readonly recorded: { readonly acceptance: string; readonly samePersonReason: string | null } }[];
    expect(reasons.filter(({ recorded }) => recorded.acceptance.startsWith('A-own')).map(({ recorded }) => recorded.samePersonReason)).toEqual(['a team of one', 'a team of one']);
  });
  test('of a file are recorded all or none', async () => {
    const entry = (id: string, expires: string): string => `- {id: ${id}, checks: [aws-role-unused], units: ['aws:*'], subjects: ['aws:111122223333/AROA*'], reason: kept for audits, expires: ${expires}}\n`;
    await writeFile(join(folder, 'bad.yaml'), entry('F-1', day(20)) + entry('F-2', day(900)));
    await refused(['acceptances', 'record', '--file', 'bad.yaml', ...TOM, '--approved-by', 'Ines Duarte'], /F-2 would run until/);
    await writeFile(join(folder, 'bad.yaml'), entry('F-1', day(20)) + entry('../F-2', day(20)));
    await refused(['acceptances', 'record', '--file', 'bad.yaml', ...TOM, '--approved-by', 'Ines Duarte'], /\.\.\/F-2 is no id/);
    await writeFile(join(folder, 'bad.yaml'), entry('F-1', day(20)) + entry('F-2', day(20)).replace('kept for audits', 'x'.repeat(40_000)));
    await refused(['acceptances', 'record', '--file', 'bad.yaml', ...TOM, '--approved-by', 'Ines Duarte'], /acceptance\.recorded F-2: reason/);
    await writeFile(join(folder, 'bad.yaml'), entry('F-1', day(20)) + entry('F-1', day(30)));
    await refused(['acceptances', 'record', '--file', 'bad.yaml', ...TOM, '--approved-by', 'Ines Duarte'], /the id F-1 stands twice/);
    await writeFile(join(folder, 'good.yaml'), entry('F-1', day(20)) + entry('F-2', day(40)));
    expect((await run('acceptances', 'record', '--file', 'good.yaml', ...TOM, '--approved-by', 'Ines Duarte')).stdout).toContain('F-1, F-2');
  });
  test('one that is logged after it took effect is told as retroactive', async () => {
    const { stderr } = await run(...ACCEPT, day(30), '--id', 'A-5', '--from', day(-10), ...TOM, '--approved-by', 'Ines Duarte');
    expect(stderr).toContain('retroactive');
    expect((await run('acceptances', 'list')).stdout).toMatch(/A-5.*retroactive/);
  });
  test('end once by being withdrawn, and stay in the list', async () => {
    expect((await run('acceptances', 'withdraw', '--id', 'A-5', '--reason', 'asked too late', ...TOM)).code).toBe(0);
    await refused(['acceptances', 'withdraw', '--id', 'A-5', '--reason', 'again', ...TOM], /was withdrawn on/);
    await refused(['acceptances', 'withdraw', '--id', 'A-9', '--reason', 'none', ...TOM], /there is no acceptance A-9/);
    expect((await run('acceptances', 'list')).stdout).toMatch(/A-5 +withdrawn/);
  });
  test('in force let a scan pass that --fail-on would fail, while the result stays not met', async () => {
    const scan = async (archive: string): Promise<{ readonly notMet: { readonly check: string; readonly count: number; readonly accepted: number }[]; readonly findingAtOrAbove: { readonly found: boolean } }> =>
      JSON.parse((await rollcall(['scan', '--bulk-only', '--quiet', '--json', '--fail-on', 'critical', '--archive', archive], { cwd: folder, env: env() })).stdout) as never;
    const [with_, without] = [await scan('archive'), await scan('other')];
    const admin = (of: typeof with_): { readonly count: number; readonly accepted: number } | undefined => of.notMet.find(({ check }) => check === 'aws-nhi-admin-policy');
    expect(admin(with_)?.count).toBeGreaterThan(0);
    expect(admin(with_)?.accepted).toBe(admin(with_)?.count);
    expect(admin(without)).toMatchObject({ count: admin(with_)?.count, accepted: 0 });
    expect(without.findingAtOrAbove.found).toBe(true);
  });
  test('lint names those that match nothing, cover too much, or stand twice over the same', async () => {
    const { code, stdout } = await run('acceptances', 'lint', '--json');
    expect(code).toBe(1);
    const found = (JSON.parse(stdout) as { readonly findings: { readonly kind: string; readonly where: string }[] }).findings.map(({ kind, where }) => `${kind} ${where}`);
    expect(found).toContain('over-broad acceptance A-2');
    expect(found).toContain('same person acceptance A-same');
    expect(found).toContain('shadowed acceptance A-2');
    expect(found.filter((finding) => finding.includes('A-5'))).toEqual([]);
  });
});

describe('deviations', () => {
  const RECORD = ['deviations', 'record', '--control', 'NHI-04', '--id'] as const;
  test('want a control that a run, a schedule or a review names, and a check that it names', async () => {
    const of = (control: string, ...more: readonly string[]): readonly string[] => ['deviations', 'record', '--id', 'D-0', '--control', control, ...more, ...TOM];
    const results = ['--check', 'aws-root-access-key', '--run', runId] as const;
    await refused(of('NHI-99', ...results), /no run, schedule or review names a control NHI-99[\s\S]*NHI-01, NHI-02/);
    await refused(of('NHI-02', ...results), /NHI-02 does not name the check aws-root-access-key[\s\S]*NHI-04 does/);
    await refused(of('NHI-04', ...results, '--began-to', day(1)), /when it was seen/);
    await refused(of('NHI-01', '--schedule', 'none', '--slot', day(-1)), /no schedule none is declared/);
    await refused(of('NHI-01', '--review', 'none', '--item', 'K'), /tells of no review none/);
  });
  test('of slots want slots that were due by now', async () => {
    expect((await run('schedule', 'declare', '--id', 'daily', '--every', '1d', '--first', `${day(-3)}T05:00:00Z`, '--from', day(-4), '--grace-hours', '2', '--control', 'NHI-01', '--reason', 'policy', ...TOM, '--approved-by', 'Ines Duarte')).code).toBe(0);
    const of = (slot: string, id = 'D-0'): readonly string[] => ['deviations', 'record', '--id', id, '--control', 'NHI-01', '--schedule', 'daily', '--slot', slot, ...TOM];
    await refused(of(`${day(-2)}T06:00:00Z`), /is no slot of daily that was due by now/);
    await refused(of(`${day(2)}T05:00:00Z`), /is no slot of daily that was due by now/);
    expect((await run(...of(`${day(-2)}T05:00:00Z`, 'D-slot'))).code).toBe(0);
  });
  test('of a review want items of its sheet', async () => {
    const started = await run('review', 'start', '--id', 'R-1', '--population', 'credentials', '--closes', day(30), '--authority', 'policy', ...INES);
    expect(started.code, started.stderr).toBe(0);
    await refused(['deviations', 'record', '--id', 'D-0', '--control', 'NHI-01', '--review', 'R-1', '--item', 'aws:111122223333/AKIANOBODY', ...TOM], /is not in the sheet of R-1/);
  });
  test('of results want a run that shows them', async () => {
    await refused([...RECORD, 'D-0', ...TOM], /does not say what did not operate/);
    await refused([...RECORD, 'D-0', '--check', 'aws-access-key-age', '--subject', 'aws:111122223333/AKIANOBODY', '--run', runId, ...TOM], /is not "not met" for aws:111122223333\/AKIANOBODY/);
    await refused([...RECORD, 'D-0', '--check', 'no-such-check', '--run', runId, ...TOM], /shows nobody who does not meet no-such-check/);
    const { stdout, code } = await run(...RECORD, 'D-1', '--check', 'aws-root-access-key', '--run', runId, '--cause', 'kept since the account was opened', ...TOM);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Recorded: D-1, 1 subjects\. Not said yet: extent, recurrence, response, owner/);
    await refused([...RECORD, 'D-1', '--check', 'aws-root-access-key', '--run', runId, ...TOM], /there is a deviation D-1 already/);
  });
  test('are explained by adding, approved by a second person, repaired with a run that the log knows', async () => {
    await refused(['deviations', 'explain', '--id', 'D-1', ...TOM], /says nothing/);
    expect((await run('deviations', 'explain', '--id', 'D-1', '--extent', 'one key', '--recurrence', 'isolated', '--response', 'deleted', '--owner', 'Tom Achterberg', ...TOM)).code).toBe(0);
    await refused(['deviations', 'approve', '--id', 'D-1', ...TOM], /recorded or explained it/);
    expect((await run('deviations', 'approve', '--id', 'D-1', ...INES)).code).toBe(0);
    await refused(['deviations', 'repair', '--id', 'D-1', '--repaired', day(0), '--proven-by', '01990000-0000-7000-8000-000000000000', ...TOM], /the log tells of no sealed run/);
    const mended = new Date().toISOString();
    await refused(['deviations', 'repair', '--id', 'D-1', '--repaired', day(-40), '--proven-by', runId, ...TOM], /by when D-1 had begun/);
    await refused(['deviations', 'repair', '--id', 'D-1', '--repaired', mended, '--proven-by', runId, ...TOM], /is after .*, when run .* began/);
    await run('scan', '--bulk-only', '--quiet');
    const later = (await readdir(join(folder, 'archive/runs'))).sort().at(-1) ?? '';
    expect((await run('deviations', 'repair', '--id', 'D-1', '--repaired', mended, '--proven-by', later, ...TOM)).code).toBe(0);
    const first = ((await parsed('deviations', 'list')) as { readonly recorded: { readonly deviation: string }; readonly missing: string[]; readonly said: { readonly field: string }[] }[]).find(({ recorded }) => recorded.deviation === 'D-1');
    expect(first?.missing).toEqual([]);
    expect(first?.said.map(({ field }) => field)).toEqual(['cause', 'extent', 'recurrence', 'response', 'owner']);
  });
});

describe('schedules and improvements', () => {
  const DECLARE = ['schedule', 'declare', '--id', 'weekly', '--grace-hours', '12', '--reason', 'policy 4.1', ...TOM, '--first'] as const;
  test('an interval or a moment that is none is refused with what to write', async () => {
    await refused([...DECLARE, day(-30), '--every', '1y'], /1y is no interval/);
    await refused([...DECLARE, 'soon', '--every', '1w'], /soon is no moment/);
  });
  test('slots that had passed when a schedule was declared are told apart from missed ones', async () => {
    expect((await run(...DECLARE, day(-20), '--every', '1w', '--approved-by', 'Ines Duarte')).code).toBe(0);
    const { slots } = (await parsed('schedule', 'list', '--from', day(-25))) as { readonly slots: { readonly schedule: string }[] };
    expect(slots.filter(({ schedule }) => schedule === 'weekly')).toEqual([]);
    expect((await run(...DECLARE, day(-20), '--every', '1w', '--from', day(-21), '--approved-by', 'Ines Duarte')).stderr).toContain('retroactive');
    const again = (await parsed('schedule', 'list', '--from', day(-25))) as { readonly slots: { readonly schedule: string; readonly state: string }[] };
    expect(again.slots.filter(({ schedule }) => schedule === 'weekly').map(({ state }) => state)).toEqual(['declared afterwards', 'declared afterwards', 'declared afterwards']);
    expect((await run('schedule', 'end', '--id', 'weekly', '--reason', 'daily from now on', ...TOM)).code).toBe(0);
    await refused(['schedule', 'end', '--id', 'weekly', '--reason', 'again', ...TOM], /no schedule weekly that still holds/);
  });
  test('an improvement is recorded once and done once', async () => {
    expect((await run('improvements', 'record', '--id', 'I-1', '--text', 'page somebody', '--from', 'D-1', '--owner', 'Tom Achterberg', ...INES)).code).toBe(0);
    await refused(['improvements', 'record', '--id', 'I-1', '--text', 'page somebody', '--from', 'D-1', '--owner', 'Tom Achterberg', ...INES], /there is an improvement I-1 already/);
    expect((await run('improvements', 'done', '--id', 'I-1', '--text', 'tried out', ...TOM)).code).toBe(0);
    await refused(['improvements', 'done', '--id', 'I-1', '--text', 'again', ...TOM], /I-1 is done already/);
    expect((await run('improvements', 'list')).stdout).toContain('page somebody');
  });
});

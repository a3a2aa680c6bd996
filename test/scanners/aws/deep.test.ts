// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { ACCOUNT, uniqueId } from '../../../fixtures/company/aws/ids.ts';
import type { AwsAccount } from '../../../fixtures/servers/aws-account.ts';
import { keyEvents } from '../../../scanners/aws/sources/key-events.ts';
import { lastAccessed } from '../../../scanners/aws/sources/last-accessed.ts';
import type { ProgressEvent } from '../../../src/collect/progress.ts';
import type { Fact } from '../../../src/model/fact.ts';
import { byCodeUnit } from '../../../src/model/json.ts';
import { companyAccount, rightNow, scanAccount, type Scanned } from './support/scan.ts';

const DEEP = ['GenerateServiceLastAccessedDetails', 'GetServiceLastAccessedDetails'];
const valueOf = (fact: Fact<unknown> | undefined): unknown => (fact === undefined ? 'not there' : fact.status === 'known' ? fact.value : fact.status === 'unknown' ? fact.cause : fact.reason);
const identity = ({ inventory }: Scanned, name: string) => inventory.identities.find((one) => one.name === name);
const key = ({ inventory }: Scanned, slug: string) => inventory.credentials.find(({ id }) => id === uniqueId('AKIA', slug));
const user = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;

/** The company's account, with what its principals last tried. */
function accountThatTried(lastTried: NonNullable<AwsAccount['lastAccessed']>): AwsAccount {
  return companyAccount({ lastAccessed: lastTried });
}

describe('services that a principal last tried', () => {
  test('are not asked for but by a deep scan, and nothing is said of them then', async () => {
    const scanned = await scanAccount();
    expect(scanned.requests.filter(({ operation }) => DEEP.includes(operation))).toEqual([]);
    expect(identity(scanned, 'orders-worker')?.particulars).toBeUndefined();
    expect(identity(scanned, 'git-release')?.lastUsed).toMatchObject({ status: 'unknown', cause: 'not_reported' });
  });

  test('tell the last use of a principal where nothing better does, and say that denied attempts count', async () => {
    const now = rightNow();
    const scanned = await scanAccount({ depth: 'deep', asOf: now });
    expect(scanned.read.problems).toEqual([]);
    const released = identity(scanned, 'git-release');
    expect(released?.lastUsed).toMatchObject({ status: 'known', value: { at: expect.stringMatching(/Z$/), where: 'codecommit in eu-west-1' }, granularity: '4 hours', note: expect.stringContaining('denied'), trackedSince: expect.stringMatching(/Z$/) });
    expect(valueOf(released?.particulars?.['aws.services-tried'])).toMatchObject({ allowed: 3, neverTried: 1, neverTriedNames: ['sns'], tried: [{ service: 'codecommit' }, { service: 'logs' }] });
    // It may use one service and never did: none since tracking began.
    expect(identity(scanned, 'bedrock-notebook')?.lastUsed).toMatchObject({ status: 'known', value: { none: true, since: expect.stringMatching(/Z$/) } });
    // What IAM says of a role itself is better, and stays.
    const worker = identity(scanned, 'orders-worker');
    expect(worker?.lastUsed).toMatchObject({ status: 'known' });
    expect(JSON.stringify(worker?.lastUsed)).not.toContain('denied');
    expect(valueOf(worker?.particulars?.['aws.services-tried'])).toMatchObject({ allowed: 2, neverTried: 1 });
  });

  test('that cannot be told are a gap of their principal alone', async () => {
    const scanned = await scanAccount({ depth: 'deep' });
    expect(valueOf(identity(scanned, 'vendor-backup')?.particulars?.['aws.services-tried'])).toBe('malformed');
    expect(scanned.read.calls.filter(({ source, outcome }) => source === lastAccessed.id && outcome === 'malformed').map(({ message }) => message)).toContainEqual(expect.stringContaining('the report could not be made (InternalFailure)'));
    // Its ARN held a secret and was removed: there is nothing to ask with.
    expect(identity(scanned, 'keyspaces-app')?.particulars?.['aws.services-tried']).toMatchObject({ status: 'unknown', cause: 'incomplete', detail: expect.stringContaining('was removed') });
    // What AWS made for a service of its own is not asked for.
    expect(scanned.inventory.identities.filter(({ responsibility }) => responsibility === 'provider').map(({ particulars }) => particulars)).toEqual([undefined]);
  });

  test.each([['denied', 'deny'], ['throttled', 'throttle']] as const)('that are %s leave the last use as it was, with its own cause', async (cause, kind) => {
    const scanned = await scanAccount({ depth: 'deep', attempts: { throttled: 2, transient: 2, malformed: 2 }, afterLogin: [{ operation: 'GenerateServiceLastAccessedDetails', kind }] });
    expect(identity(scanned, 'git-release')?.lastUsed).toMatchObject({ status: 'unknown', cause: 'not_reported' });
    expect(valueOf(identity(scanned, 'git-release')?.particulars?.['aws.services-tried'])).toBe(cause);
  });

  test('that are many are counted and not named, and a date that cannot be read is not taken for none', async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({ ServiceName: `S${index}`, ServiceNamespace: `s${index}` }));
    const scanned = await scanAccount({ depth: 'deep', account: accountThatTried({ [user('git-release')]: many, [user('bedrock-notebook')]: [{ ServiceName: 'B', ServiceNamespace: 'bedrock', LastAuthenticated: 'yesterday' }] }) });
    expect(valueOf(identity(scanned, 'git-release')?.particulars?.['aws.services-tried'])).toEqual({ allowed: 60, tried: [], neverTried: 60, neverTriedNames: null });
    expect(valueOf(identity(scanned, 'bedrock-notebook')?.lastUsed)).toBe('unrecognized');
  });

  test('and other deep reads are told with their number and pace before the first request of theirs, and no others are', async () => {
    const events: ProgressEvent[] = [];
    const { requests } = await scanAccount({ depth: 'deep', progress: (event) => { events.push(event); } });
    const due = events.flatMap((event, index) => (event.kind === 'reads-due' && event.estimate !== undefined ? [{ ...event.estimate, source: event.source, index }] : []));
    const made = requests.filter(({ operation }) => operation === 'GenerateServiceLastAccessedDetails').length;
    expect(due.map(({ source, requests: asked, perSecond }) => [source, asked, perSecond]).toSorted(([a], [b]) => byCodeUnit(String(a), String(b)))).toEqual([
      ['aws.cloudtrail.key-events', requests.filter(({ operation, parameters }) => operation === 'LookupEvents' && parameters['LookupAttributes.member.1.AttributeKey'] === 'AccessKeyId').length, 500], ['aws.iam.last-accessed', made * 3, 500],
    ]);
    for (const { source, index } of due) expect(events.findIndex((event) => event.kind === 'call' && event.source === source)).toBeGreaterThan(index);
  });

  test('are one read of three requests: the report is asked for until it is there', async () => {
    const { read } = await scanAccount({ depth: 'deep' });
    const own = read.calls.filter(({ source, parent }) => source === lastAccessed.id && parent === uniqueId('AIDA', 'git-release'));
    expect(own.map(({ operation, page }) => [operation, page])).toEqual([['GenerateServiceLastAccessedDetails', 1], ['GetServiceLastAccessedDetails', 2], ['GetServiceLastAccessedDetails', 3]]);
    expect(own[1]?.parameters).toMatchObject({ JobId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  test.each([
    ['is in progress', { JobStatus: 'IN_PROGRESS' }, { again: { afterMs: 2000 } }], ['failed', { JobStatus: 'FAILED' }, { missing: 'the report could not be made' }],
    ['is something else', { JobStatus: 'PAUSED' }, { missing: expect.any(String) }], ['has no list', { JobStatus: 'COMPLETED', IsTruncated: 'false' }, { missing: expect.stringContaining('ServicesLastAccessed') }],
    ['has no end marker', { JobStatus: 'COMPLETED', ServicesLastAccessed: '' }, { missing: expect.stringContaining('IsTruncated') }], ['goes on', { JobStatus: 'COMPLETED', ServicesLastAccessed: '', IsTruncated: 'true' }, { missing: expect.stringContaining('more services') }],
    ['is whole and empty', { JobStatus: 'COMPLETED', ServicesLastAccessed: '', IsTruncated: 'false' }, { last: true }], ['is not made yet', { JobId: 'job' }, { next: { JobId: 'job' } }],
  ])('a report that %s', (_, body, end) => {
    expect(lastAccessed.page.end(body)).toEqual(end);
  });
});

describe('the newest event of an access key', () => {
  test('is looked up for keys that are old or were never used, and for no other', async () => {
    const { requests, read } = await scanAccount({ depth: 'deep' });
    const asked = requests.filter(({ operation, parameters }) => operation === 'LookupEvents' && parameters['LookupAttributes.member.1.AttributeKey'] === 'AccessKeyId').map(({ parameters }) => parameters['LookupAttributes.member.1.AttributeValue']);
    expect(asked).toContain(uniqueId('AKIA', 'CIDEPLOY'));
    expect(asked).toContain(uniqueId('AKIA', 'NEVEROLD'));
    expect(asked).not.toContain(uniqueId('AKIA', 'EDGE61'));
    const skipped = read.skips.filter(({ source }) => source === 'aws.cloudtrail.key-events').map(({ parent, reason }) => [parent, reason]);
    expect(skipped).toContainEqual([uniqueId('AKIA', 'EDGE61'), 'it is in use and at most 90 days old']);
    expect(skipped).toContainEqual([uniqueId('AKIA', 'SLOT1'), 'it is not active']);
    expect(asked.filter((id) => skipped.some(([parent]) => parent === id))).toEqual([]);
  });

  test('tells what the key last did, or that there is none, and who made it where that is kept', async () => {
    const scanned = await scanAccount({ depth: 'deep' });
    expect(valueOf(key(scanned, 'CIDEPLOY')?.particulars?.['aws.newest-event'])).toEqual({ at: expect.stringMatching(/Z$/), service: 'sts.amazonaws.com', operation: 'GetCallerIdentity', region: 'us-east-1', error: null });
    expect(key(scanned, 'CIDEPLOY')?.particulars?.['aws.made-by']).toMatchObject({ status: 'unknown', cause: 'not_reported', detail: expect.stringContaining('90 days') });
    const idle = key(scanned, 'NEVEROLD')?.particulars?.['aws.newest-event'];
    expect(idle).toMatchObject({ status: 'known', value: null, trackedSince: expect.stringMatching(/Z$/), refs: [expect.any(String)] });
    expect(valueOf(key(scanned, 'NEVERNEW')?.particulars?.['aws.made-by'])).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/bounded-admin/night-operations`);
    expect(key(scanned, 'EDGE61')?.particulars).toBeUndefined();
  });

  test('is searched for page by page until one has it: an empty page that names a next one is no end', () => {
    const seed = { parent: 'AKIA', parameters: { AccessKeyId: 'AKIA' } };
    const event = { CloudTrailEvent: { eventID: 'e', eventTime: '2026-01-01T00:00:00Z', eventSource: 's', eventName: 'n' } };
    expect(keyEvents.page.end({ Events: [], NextToken: 'more' })).toEqual({ next: { NextToken: 'more' } });
    expect(keyEvents.page.end({ Events: [event], NextToken: 'more' })).toEqual({ last: true });
    expect(keyEvents.page.end({ Events: [] })).toEqual({ last: true });
    expect(keyEvents.request(seed, { NextToken: 'more' }).input).toMatchObject({ NextToken: 'more', LookupAttributes: [{ AttributeValue: 'AKIA' }] });
  });

  test('is not asked for but by a deep scan; denied, it is an unknown of its key', async () => {
    expect(key(await scanAccount(), 'CIDEPLOY')?.particulars).toBeUndefined();
    const denied = await scanAccount({ depth: 'deep', afterLogin: [{ operation: 'LookupEvents', kind: 'deny' }] });
    expect(valueOf(key(denied, 'CIDEPLOY')?.particulars?.['aws.newest-event'])).toBe('denied');
    expect(valueOf(key(denied, 'CIDEPLOY')?.particulars?.['aws.made-by'])).toBe('denied');
  });
});

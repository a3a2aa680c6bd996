// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { CANARIES } from '../../../fixtures/company/canaries.ts';
import { GONE_USER, SHORT_LIVED_KEY } from '../../../fixtures/company/aws/events.ts';
import { decodeJsonError, decodeLookupEvents } from '../../../scanners/aws/decode-json.ts';
import { aws } from '../../../scanners/aws/index.ts';
import { LIFECYCLE_OPERATIONS } from '../../../scanners/aws/lifecycle-events.ts';
import { createRedactor } from '../../../src/collect/redact.ts';
import type { Instant } from '../../../src/model/instant.ts';
import type { EventWindow, LifecycleEvent, LifecycleRow } from '../../../src/model/lifecycle.ts';
import type { ReadEnd } from '../../../src/model/source.ts';
import { COMPLETE, failed, readsWith, sourceOf, UNIT } from './support/reads.ts';
import { companyAccount, scanAccount } from './support/scan.ts';

const SOURCE = 'aws.cloudtrail.events';
const AS_OF = '2026-11-22T09:30:00.000Z' as Instant;
const ROBOT = { type: 'AssumedRole', principalId: 'AROA1:night', arn: 'arn:aws:sts::111122223333:assumed-role/ops/night' };

/** A CloudTrail event of IAM; anything in it may be replaced. */
function trail(eventName: string, more: object = {}): object {
  return { eventID: `e-${eventName}`, eventTime: '2026-11-01T10:00:00Z', eventSource: 'iam.amazonaws.com', eventName, userIdentity: ROBOT, requestParameters: null, responseElements: null, ...more };
}
function joined(pages: { readonly [name: string]: readonly object[] | ReadEnd }): { readonly rows: readonly LifecycleRow[]; readonly events: readonly LifecycleEvent[]; readonly windows: readonly EventWindow[]; readonly unplaced: number } {
  const reads = readsWith('standard', Object.entries(pages).map(([name, page]) => ('state' in page ? [SOURCE, name, null, page] as const : [SOURCE, name, { Events: (page as readonly object[]).map((CloudTrailEvent) => ({ CloudTrailEvent })) }] as const)));
  const { events: rows = [], unplaced } = aws.join(reads, { asOf: AS_OF, ownUnits: new Set([UNIT.id]), vendorUnits: new Set(), depth: 'standard', related: reads });
  return { rows, events: rows.filter((row) => row.type === 'event'), windows: rows.filter((row) => row.type === 'event-window'), unplaced: unplaced.length };
}
const one = (name: string, more: object = {}): LifecycleEvent | undefined => joined({ [name]: [trail(name, more)] }).events[0];
const at = (id: string): string => `aws:111122223333/${id}`;

describe('the list of events', () => {
  const { page, request, plan, command } = sourceOf(SOURCE);
  const body = (events: readonly object[], more: object = {}): string => JSON.stringify({ Events: events.map((event) => ({ EventId: 'e', EventTime: 1.7e9, CloudTrailEvent: JSON.stringify(event) })), ...more });

  it('is asked for once for each operation, in pages of fifty', () => {
    const seeds = plan?.(readsWith('standard', []));
    expect(Array.isArray(seeds) ? seeds.map(({ parent }: { parent: string | null }) => parent) : seeds).toEqual(LIFECYCLE_OPERATIONS.map(({ name }) => name));
    expect(new Set(LIFECYCLE_OPERATIONS.map(({ name }) => name)).size).toBe(LIFECYCLE_OPERATIONS.length);
    const first = request({ parent: 'DeleteUser', parameters: { EventName: 'DeleteUser' } }, {});
    expect(first).toEqual({ service: 'cloudtrail', operation: 'LookupEvents', input: { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'DeleteUser' }], MaxResults: 50 } });
    expect(request({ parent: 'DeleteUser', parameters: { EventName: 'DeleteUser' } }, { NextToken: 't' }).input).toEqual({ ...first.input, NextToken: 't' });
    expect(command(first.input)).toBe('aws cloudtrail lookup-events --region us-east-1 --lookup-attributes AttributeKey=EventName,AttributeValue=DeleteUser');
    expect(command({})).toBe('aws cloudtrail lookup-events --region us-east-1');
  });

  it('ends where no token is, and is none without its list', () => {
    expect([page.end({ Events: [] }), page.end({ Events: [], NextToken: '' }), page.end({ Events: [], NextToken: 't' })]).toEqual([{ last: true }, { last: true }, { next: { NextToken: 't' } }]);
    expect([page.count({ Events: [] }), page.count({ Events: [{ CloudTrailEvent: trail('CreateUser') }] })]).toEqual([0, 1]);
    for (const wrong of [{}, { Events: '' }, { Events: null }, { Events: [{}] }, { Events: [{ CloudTrailEvent: { ...trail('CreateUser'), eventID: '' } }] }, { Events: [], NextToken: 7 }]) expect(page.schema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  });

  it.each([
    ['an empty body', '', /empty/], ['a web page', '<!DOCTYPE html>', /JSON/], ['half of an answer', '{"Events":[', /JSON/], ['a list', '[]', /object/], ['null', 'null', /object/],
    ['another answer', '{"trailList":[]}', /Events/], ['an event that is a text', '{"Events":["x"]}', /event/], ['an event without its text', '{"Events":[{"EventId":"e"}]}', /CloudTrailEvent/],
    ['an event whose text is cut', '{"Events":[{"CloudTrailEvent":"{\\"a\\":"}]}', /CloudTrailEvent.*JSON/], ['an event whose text is a list', '{"Events":[{"CloudTrailEvent":"[]"}]}', /CloudTrailEvent.*object/],
  ])('%s is no page', (_what, text, problem) => {
    expect(decodeLookupEvents(text)).toEqual({ ok: false, problem: expect.stringMatching(problem) as string });
  });

  it('never repeats in words what a body held that is none', () => {
    for (const text of ['{"Events":[{"CloudTrailEvent":"hunter2 {"}]}', 'hunter2']) expect(JSON.stringify(decodeLookupEvents(text))).not.toContain('hunter2');
  });

  it('keeps of an event only what is named, and says by name alone what else was there', () => {
    const secret = 'a secret of no shape that a detector knows';
    const event = trail('CreateAccessKey', {
      sourceIPAddress: secret, userAgent: secret, errorMessage: secret, additionalEventData: { note: secret }, userIdentity: { ...ROBOT, accessKeyId: secret, sessionContext: { token: secret } },
      requestParameters: { userName: 'ci', policyDocument: secret, tags: [{ key: secret, value: secret }] }, responseElements: { accessKey: { accessKeyId: 'AKIA1', userName: 'ci', status: 'Active', secretAccessKey: secret }, other: { password: secret } },
    });
    const decoded = decodeLookupEvents(body([event], { NextToken: 't' }));
    if (!decoded.ok) throw new Error(decoded.problem);
    const reduced = createRedactor({ enabled: true }).reduce(page.schema, decoded.body);
    expect(reduced).toMatchObject({
      fits: true,
      body: {
        Events: [{ CloudTrailEvent: { ...trail('CreateAccessKey'), requestParameters: { userName: 'ci' }, responseElements: { accessKey: { accessKeyId: 'AKIA1', userName: 'ci', status: 'Active' } } } }], NextToken: 't',
      },
    });
    expect(JSON.stringify(reduced)).not.toContain(secret);
    expect(reduced.fits ? reduced.unknown.map(({ path }) => path) : []).toContain('Events[].CloudTrailEvent.responseElements.accessKey.secretAccessKey');
  });

  it.each([
    ['{"__type":"AccessDeniedException","message":"no"}', 'AccessDeniedException', 'no'], ['{"__type":"com.amazonaws.cloudtrail#ThrottlingException:http://x/","Message":"slow"}', 'ThrottlingException', 'slow'],
    ['{"code":"InvalidNextTokenException"}', 'InvalidNextTokenException', null], ['<html>', null, null], ['{"__type":7}', null, null],
  ])('the error %s', (text, code, message) => {
    expect(decodeJsonError(text)).toEqual({ code, message, requestId: null });
  });
});

describe('what events say', () => {
  const request = (parameters: object): object => ({ requestParameters: parameters });
  const both = (parameters: object | null, elements: object): object => ({ requestParameters: parameters, responseElements: elements });

  it.each<[name: string, more: object, expected: Partial<LifecycleEvent>]>([
    ['CreateUser', both({ userName: 'ci' }, { user: { userId: 'AIDA1', userName: 'ci' } }), { kind: 'created', subjectType: 'identity', subjectKind: 'aws.user', subject: at('AIDA1'), name: 'ci' }],
    ['DeleteUser', request({ userName: 'ci' }), { kind: 'deleted', subjectType: 'identity', subjectKind: 'aws.user', subject: null, name: 'ci' }],
    ['CreateRole', both({ roleName: 'r' }, { role: { roleId: 'AROA1', roleName: 'r' } }), { kind: 'created', subjectKind: 'aws.role', subject: at('AROA1'), name: 'r' }],
    ['CreateServiceLinkedRole', both({}, { role: { roleId: 'AROA2', roleName: 'AWSServiceRoleForX' } }), { kind: 'created', subjectKind: 'aws.role', subject: at('AROA2'), name: 'AWSServiceRoleForX' }],
    ['DeleteRole', request({ roleName: 'r' }), { kind: 'deleted', subjectKind: 'aws.role', subject: null, name: 'r' }],
    ['CreateAccessKey', both({ userName: 'ci' }, { accessKey: { accessKeyId: 'AKIA1', userName: 'ci' } }), { kind: 'created', subjectType: 'credential', subjectKind: 'aws.access-key', subject: at('AKIA1'), name: 'ci' }],
    ['UpdateAccessKey', request({ accessKeyId: 'AKIA1', status: 'Inactive', userName: 'ci' }), { kind: 'disabled', subjectKind: 'aws.access-key', subject: at('AKIA1'), name: 'ci' }],
    ['DeleteAccessKey', request({ accessKeyId: 'AKIA1', userName: 'ci' }), { kind: 'deleted', subjectKind: 'aws.access-key', subject: at('AKIA1'), name: 'ci' }],
    ['UploadSSHPublicKey', both({ userName: 'ci' }, { sSHPublicKey: { sSHPublicKeyId: 'APKA1', userName: 'ci' } }), { kind: 'created', subjectKind: 'aws.ssh-public-key', subject: at('APKA1'), name: 'ci' }],
    ['UpdateSSHPublicKey', request({ sSHPublicKeyId: 'APKA1', status: 'Active', userName: 'ci' }), { kind: 'enabled', subjectKind: 'aws.ssh-public-key', subject: at('APKA1') }],
    ['DeleteSSHPublicKey', request({ sSHPublicKeyId: 'APKA1', userName: 'ci' }), { kind: 'deleted', subjectKind: 'aws.ssh-public-key', subject: at('APKA1') }],
    ['CreateServiceSpecificCredential', both({ userName: 'ci' }, { serviceSpecificCredential: { serviceSpecificCredentialId: 'ACCA1', userName: 'ci' } }), { kind: 'created', subjectKind: 'aws.service-specific-credential', subject: at('ACCA1') }],
    ['UpdateServiceSpecificCredential', request({ serviceSpecificCredentialId: 'ACCA1', status: 'Inactive' }), { kind: 'disabled', subjectKind: 'aws.service-specific-credential', subject: at('ACCA1'), name: null }],
    ['ResetServiceSpecificCredential', both({ serviceSpecificCredentialId: 'ACCA1' }, { serviceSpecificCredential: { serviceSpecificCredentialId: 'ACCA1', userName: 'ci' } }), { kind: 'changed', subject: at('ACCA1'), name: 'ci' }],
    ['DeleteServiceSpecificCredential', request({ serviceSpecificCredentialId: 'ACCA1', userName: 'ci' }), { kind: 'deleted', subject: at('ACCA1') }],
    ['UploadSigningCertificate', both({ userName: 'ci' }, { certificate: { certificateId: 'ASCA1', userName: 'ci' } }), { kind: 'created', subjectKind: 'aws.signing-certificate', subject: at('ASCA1') }],
    ['UpdateSigningCertificate', request({ certificateId: 'ASCA1', status: 'Active', userName: 'ci' }), { kind: 'enabled', subjectKind: 'aws.signing-certificate', subject: at('ASCA1') }],
    ['DeleteSigningCertificate', request({ certificateId: 'ASCA1', userName: 'ci' }), { kind: 'deleted', subject: at('ASCA1') }],
    ['UploadServerCertificate', both({ serverCertificateName: 'www' }, { serverCertificateMetadata: { serverCertificateId: 'ASCA2', serverCertificateName: 'www' } }), { kind: 'created', subjectKind: 'aws.server-certificate', subject: at('ASCA2'), name: 'www', identity: null }],
    ['DeleteServerCertificate', request({ serverCertificateName: 'www' }), { kind: 'deleted', subjectKind: 'aws.server-certificate', subject: null, name: 'www' }],
  ])('%s', (name, more, expected) => {
    expect(one(name, more)).toMatchObject({
      type: 'event', key: at(`e-${name}`), unit: UNIT.id, id: `e-${name}`, operation: name, at: '2026-11-01T10:00:00.000Z', identity: null, actor: ROBOT.arn, refs: [`aws-111122223333/${SOURCE}/=${name}/1#/Events/0/CloudTrailEvent`], ...expected,
    });
  });

  it('has a line above for every operation that is asked for', () => {
    // Each of them makes an event even where CloudTrail left out all that it was asked and answered.
    for (const { name, kind } of LIFECYCLE_OPERATIONS) {
      for (const nothing of [null, {}]) expect(one(name, { requestParameters: nothing, responseElements: nothing, userIdentity: nothing })).toMatchObject({ operation: name, kind, subject: null, name: null, identity: null, actor: null });
      expect(one(name, { requestParameters: undefined, responseElements: undefined, userIdentity: undefined })).toMatchObject({ operation: name, subject: null, identity: null });
    }
  });

  it('a switch without a status that is known only changed something', () => {
    for (const status of ['Expired', null, undefined]) expect(one('UpdateAccessKey', { requestParameters: { accessKeyId: 'AKIA1', status } })).toMatchObject({ kind: 'changed', subject: at('AKIA1') });
  });

  it('says whose credential it is only where the event gives the id: a user acting on its own, and root', () => {
    const own = { type: 'IAMUser', principalId: 'AIDA9', arn: 'arn:aws:iam::111122223333:user/dana', userName: 'dana' };
    const key = (userName: string): object => ({ responseElements: { accessKey: { accessKeyId: 'AKIA1', userName } } });
    expect(one('CreateAccessKey', { userIdentity: own, ...key('dana') })?.identity).toBe(at('AIDA9'));
    expect(one('CreateAccessKey', { userIdentity: own, ...key('ci') })?.identity).toBeNull();
    expect(one('CreateAccessKey', { userIdentity: { ...own, principalId: 'AROA9' }, ...key('dana') })?.identity).toBeNull();
    expect(one('DeleteAccessKey', { userIdentity: own, requestParameters: { accessKeyId: 'AKIA1' } })?.identity).toBe(at('AIDA9'));
    expect(one('DeleteAccessKey', { userIdentity: { type: 'Root', principalId: '111122223333', arn: 'arn:aws:iam::111122223333:root' }, requestParameters: { accessKeyId: 'AKIA1' } })).toMatchObject({ identity: at('111122223333|root'), actor: 'arn:aws:iam::111122223333:root' });
    expect(one('UploadServerCertificate', { userIdentity: own })?.identity).toBeNull();
    expect(one('CreateRole', { userIdentity: { type: 'AWSService', invokedBy: 'ssm.amazonaws.com' } })?.actor).toBe('ssm.amazonaws.com');
  });

  it('what AWS refused and what another service calls the same are no events; what cannot be read is not placed', () => {
    const quiet = joined({ CreateUser: [trail('CreateUser', { errorCode: 'AccessDenied' }), trail('CreateUser', { eventID: 'e2', eventSource: 'transfer.amazonaws.com' }), trail('CreateUser', { eventID: 'e3', errorCode: '' })] });
    expect(quiet.events.map(({ id }) => id)).toEqual(['e3']);
    expect(quiet.unplaced).toBe(0);
    const odd = joined({ CreateUser: [trail('CreateGroup'), trail('CreateUser', { eventTime: 'yesterday' })] });
    expect([odd.events, odd.unplaced]).toEqual([[], 2]);
  });

  it('says over which time each was asked for, and whether to the end', () => {
    const { windows, events } = joined({ CreateUser: [trail('CreateUser')], DeleteUser: COMPLETE, UpdateAccessKey: COMPLETE, DeleteRole: failed('denied') });
    expect(events).toHaveLength(1);
    expect(windows.map(({ key, operation, subjectKind, kind, complete, subjects }) => [key, operation, subjectKind, kind, complete, subjects])).toEqual([
      [at('window|CreateUser'), 'CreateUser', 'aws.user', 'created', true, 'id'], [at('window|DeleteUser'), 'DeleteUser', 'aws.user', 'deleted', true, 'name'],
      [at('window|DeleteRole'), 'DeleteRole', 'aws.role', 'deleted', false, 'name'], [at('window|UpdateAccessKey'), 'UpdateAccessKey', 'aws.access-key', 'changed', true, 'id'],
    ]);
    for (const { from, to, retention } of windows) expect([from, to, retention]).toEqual(['2026-08-25T09:30:00.000Z', '2026-11-22T09:15:00.000Z', expect.stringContaining('90 days') as string]);
  });

  it('says of each operation whether its events give ids, and they do what it says', () => {
    const named = { userName: 'n', roleName: 'n', serverCertificateName: 'n', accessKeyId: 'i', sSHPublicKeyId: 'i', serviceSpecificCredentialId: 'i', certificateId: 'i' };
    const answered = { user: { userId: 'i' }, role: { roleId: 'i' }, accessKey: { accessKeyId: 'i' }, sSHPublicKey: { sSHPublicKeyId: 'i' }, serviceSpecificCredential: { serviceSpecificCredentialId: 'i' }, certificate: { certificateId: 'i' }, serverCertificateMetadata: { serverCertificateId: 'i' } };
    for (const { name, kind, subjects } of LIFECYCLE_OPERATIONS) {
      // IAM answers to what makes something; to what switches or deletes it, with nothing.
      const event = one(name, { requestParameters: named, responseElements: kind === 'created' ? answered : null });
      expect(event?.subject, name).toBe(subjects === 'id' ? at('i') : null);
      expect(joined({ [name]: COMPLETE }).windows.map((window) => window.subjects), name).toEqual([subjects]);
    }
  });

  it('says nothing of what was not asked for', () => {
    expect(joined({}).rows).toEqual([]);
  });
});

describe('a scan of the company', () => {
  it('sees a key and a user that came and went, which no list has, and every key of the last days with its own event', async () => {
    const { inventory, read, requests } = await scanAccount();
    expect(read.problems).toEqual([]);
    const events = (inventory.events ?? []).filter((row) => row.type === 'event');
    expect(events.filter(({ subject }) => subject === at(SHORT_LIVED_KEY)).map(({ kind, name }) => [kind, name])).toEqual([['created', 'ci-deploy'], ['deleted', 'ci-deploy']]);
    expect(events.filter(({ name }) => name === 'contractor-load').map(({ kind, subject }) => [kind, subject])).toEqual([['created', at(GONE_USER)], ['deleted', null]]);
    expect(JSON.stringify([inventory.credentials, inventory.identities])).not.toMatch(new RegExp(`${SHORT_LIVED_KEY}|${GONE_USER}`));
    const rows = new Set([...inventory.identities, ...inventory.credentials].map(({ key }) => key));
    const placed = events.filter(({ subject }) => subject !== null && rows.has(subject));
    expect(placed.length).toBeGreaterThan(15);
    const made = new Set(events.filter(({ kind }) => kind === 'created').map(({ subject }) => subject));
    for (const credential of inventory.credentials) {
      if (credential.created.status !== 'known' || credential.created.value.from === null || credential.idBasis !== 'provider') continue;
      const days = (Date.now() - Date.parse(credential.created.value.to)) / 86_400_000;
      expect(made.has(credential.key), `${credential.key} of ${days} days`).toBe(days < 89.9);
    }
    expect(requests.filter(({ operation }) => operation === 'LookupEvents')).toHaveLength(LIFECYCLE_OPERATIONS.length);
    expect((inventory.events ?? []).filter((row) => row.type === 'event-window' && row.complete)).toHaveLength(LIFECYCLE_OPERATIONS.length);
    for (const { secret } of CANARIES) expect(JSON.stringify(inventory)).not.toContain(secret);
  });

  it('reads every page of a long list, in small pages, and comes out with the same', async () => {
    const account = companyAccount();
    const asOf = '2026-11-22T09:30:00.000Z' as Instant;
    const whole = await scanAccount({ account, asOf });
    const small = await scanAccount({ account, asOf, pageSize: { LookupEvents: 2 } });
    const told = ({ inventory }: typeof whole): readonly object[] => (inventory.events ?? []).map((row) => ('refs' in row ? { ...row, refs: [] } : row));
    expect(told(small)).toEqual(told(whole));
    expect(small.requests.length).toBeGreaterThan(whole.requests.length + 5);
  });

  it('a list that broke on its second page keeps its first and is not complete; the rest of the account is as it was', async () => {
    const account = companyAccount();
    const asOf = '2026-11-22T09:30:00.000Z' as Instant;
    const whole = (await scanAccount({ account, asOf })).inventory;
    const { inventory } = await scanAccount({ account, asOf, pageSize: { LookupEvents: 2 }, faults: [{ operation: 'LookupEvents', kind: 'deny', page: 2 }] });
    const windows = (inventory.events ?? []).filter((row) => row.type === 'event-window');
    expect(windows.filter(({ complete }) => !complete).map(({ operation }) => operation)).toContain('CreateAccessKey');
    expect(windows.filter(({ complete }) => complete).map(({ operation }) => operation)).toContain('DeleteUser');
    expect((inventory.events ?? []).filter((row) => row.type === 'event' && row.operation === 'CreateAccessKey')).toHaveLength(2);
    expect(inventory.credentials).toEqual(whole.credentials);
    expect(inventory.populations).toEqual(whole.populations);
  });

  it('a bulk scan asks for no events and says nothing of them', async () => {
    const { inventory, requests } = await scanAccount({ depth: 'bulk' });
    expect(inventory.events).toEqual([]);
    expect(requests.map(({ operation }) => operation)).not.toContain('LookupEvents');
  });
});

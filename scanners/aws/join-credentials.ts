// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import { instantOf, noLaterThan, parseInstant } from '../../src/model/instant.ts';
import { endedFor, listRefs, momentOf, unknownOf } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Credential, SourceRow } from '../../src/model/row.ts';
import type { z } from 'zod';
import { reportOf, type Account } from './account.ts';
import { notInReport, slotStatus, type Held } from './join-keys.ts';
import { expiryOf, statusOf } from './read-facts.ts';
import { holdsCertificates, slotState, type Reported } from './report-row.ts';
import { parsedRows, type Parsed } from './rows.ts';
import { rowKey } from './shapes.ts';
import type { UserDetail } from './sources/authorization-details.ts';
import { serverCertificateSchema } from './sources/server-certificates.ts';
import { serviceCredentialSchema, SERVICES_WITH_CREDENTIALS } from './sources/service-specific-credentials.ts';
import { signingCertificateSchema } from './sources/signing-certificates.ts';
import { sshKeySchema } from './sources/ssh-public-keys.ts';

const ALL_SERVICES = 'aws.iam.service-specific-credentials';
const BY_SERVICE = 'aws.iam.service-specific-credentials-by-service';
const SSH = 'aws.iam.ssh-public-keys';
const SIGNING = 'aws.iam.signing-certificates';
const SERVER = 'aws.iam.server-certificates';

const NO_LAST_USE = unknown('not_reported', 'AWS does not tell when a credential of this kind was last used');

/** Service-specific credentials of the account: rows, those of nobody that was listed, and whether the list closed. */
export interface ServiceCredentials { readonly credentials: readonly Credential[]; readonly unplaced: readonly SourceRow[]; readonly closed: Fact<readonly PageReference[]> }

export function serviceCredentialsOf(account: Account): ServiceCredentials {
  const { related, unit } = account;
  const credentials: Credential[] = [];
  const unplaced: SourceRow[] = [];
  for (const { value, row } of [ALL_SERVICES, BY_SERVICE].flatMap((source) => parsedRows(related, source, 'aws.service-specific-credential', serviceCredentialSchema))) {
    const user = account.usersByName.get(value.UserName);
    if (user === undefined) {
      unplaced.push(row);
      continue;
    }
    credentials.push({
      type: 'credential', key: row.key, id: value.ServiceSpecificCredentialId, idBasis: 'provider', kind: 'aws.service-specific-credential', unit: unit.id, identity: user.row.key, name: null, responsibility: 'entity',
      status: statusOf(value.Status, row.refs), created: momentOf(value.CreateDate, row.refs), expires: expiryOf(value.ExpirationDate, row.refs), lastUsed: NO_LAST_USE, audience: value.ServiceName, refs: row.refs,
    });
  }
  return { credentials, unplaced, closed: serviceListClosed(account) };
}

function serviceListClosed({ related }: Account): Fact<readonly PageReference[]> {
  const all = related.ended(ALL_SERVICES);
  if (all.state === 'complete') return known(listRefs(related, ALL_SERVICES), listRefs(related, ALL_SERVICES));
  if (all.state !== 'failed' || all.outcome !== 'rejected') return unknownOf(related, ALL_SERVICES);
  const refs: PageReference[] = [];
  for (const service of SERVICES_WITH_CREDENTIALS) {
    if (related.ended(BY_SERVICE, service).state !== 'complete') return unknownOf(related, BY_SERVICE, service);
    refs.push(...listRefs(related, BY_SERVICE, service));
  }
  return known(refs, refs, { note: 'listed service by service; other services were not asked for' });
}

/** SSH keys by user id. */
export function sshKeysOf(account: Account): ReadonlyMap<string, readonly Credential[]> {
  return byParent(account, SSH, 'aws.ssh-public-key', sshKeySchema, (value, id) => ({ id: value.SSHPublicKeyId, name: null, uploaded: value.UploadDate, status: value.Status, audience: 'codecommit.amazonaws.com', expires: (refs) => known({ never: true as const }, refs), identity: id }));
}

/** Signing certificates by user id. */
export function signingCertificatesOf(account: Account): ReadonlyMap<string, readonly Credential[]> {
  return byParent(account, SIGNING, 'aws.signing-certificate', signingCertificateSchema, (value, id) => ({ id: value.CertificateId, name: null, uploaded: value.UploadDate, status: value.Status, audience: null, expires: (refs) => validUntil(value.CertificateBody, refs), identity: id }));
}

interface Shape { readonly id: string; readonly name: string | null; readonly uploaded: string; readonly status: string; readonly audience: string | null; readonly identity: string; readonly expires: (refs: readonly PageReference[]) => Credential['expires'] }

function byParent<T>(account: Account, source: string, kind: string, schema: z.ZodType<T>, shape: (value: T, identity: string) => Shape): ReadonlyMap<string, readonly Credential[]> {
  const found = new Map<string, Credential[]>();
  for (const { value, row } of parsedRows(account.related, source, kind, schema)) {
    const userId = row.value['UserId'];
    if (typeof userId !== 'string') continue;
    const own = shape(value, rowKey(account.unit.id, userId));
    const credential: Credential = {
      type: 'credential', key: row.key, id: own.id, idBasis: 'provider', kind, unit: account.unit.id, identity: own.identity, name: own.name, responsibility: 'entity',
      status: statusOf(own.status, row.refs), created: momentOf(own.uploaded, row.refs), expires: own.expires(row.refs), lastUsed: NO_LAST_USE, audience: own.audience, refs: row.refs,
    };
    const list = found.get(userId);
    if (list === undefined) found.set(userId, [credential]);
    else list.push(credential);
  }
  return found;
}

/** How many SSH keys a user has: known only where they were listed. */
export function sshCount(account: Account, userId: string, listed: number): Fact<number> {
  const end = endedFor(account.related, SSH, userId);
  return end.state === 'complete' ? known(listed, listRefs(account.related, SSH, userId)) : unknownOf(account.related, SSH, userId);
}

/** Signing certificates of a user: as listed, or, where they were not asked for, by slot of the report. */
export function signingOf(account: Account, user: Parsed<UserDetail>, listed: readonly Credential[]): Held {
  const id = user.value.UserId;
  const end = endedFor(account.related, SIGNING, id);
  const reported = reportOf(account, user.value);
  if (end.state === 'complete') return { credentials: listed, count: known(listed.length, listRefs(account.related, SIGNING, id)) };
  if (end.state === 'skipped' && reported !== null) {
    if (holdsCertificates(reported.row) === 'none') return { credentials: [], count: known(0, reported.refs, { asOf: reported.generated }) };
    if (end.kind === 'not_requested') return certificateSlots(account, reported, id, user.row.key);
  }
  if (end.state === 'skipped' && end.kind === 'not_requested') return { credentials: [], count: notInReport(account) };
  return { credentials: listed, count: unknownOf(account.related, SIGNING, id) };
}

/** Certificates as the report's slots show them: of root always, of users where no list was asked for. */
export function certificateSlots(account: Account, reported: Reported, id: string, identity: string): Held {
  const { row, refs, generated } = reported;
  const slots = [{ number: 1, active: row.cert_1_active, rotated: row.cert_1_last_rotated }, { number: 2, active: row.cert_2_active, rotated: row.cert_2_last_rotated }];
  const credentials = slots.filter(({ active, rotated }) => slotState(active, rotated) === 'filled').map(({ number, active, rotated }): Credential => {
    const at = parseInstant(rotated);
    const slotId = `${id}|cert${number}`;
    return {
      type: 'credential', key: rowKey(account.unit.id, slotId), id: slotId, idBasis: 'name|slot', kind: 'aws.signing-certificate', unit: account.unit.id, identity, name: null, responsibility: 'entity',
      status: slotStatus(active, refs, generated), created: at === null ? unknown('not_reported', 'the report has no date for this slot') : known(noLaterThan(at), refs, { asOf: generated }),
      expires: unknown('not_reported', 'the report does not tell when a certificate ends'), lastUsed: NO_LAST_USE, audience: null, refs,
    };
  });
  const clear = slots.every(({ active, rotated }) => slotState(active, rotated) !== 'unclear') && holdsCertificates(row) !== 'unclear';
  return { credentials, count: clear ? known(credentials.length, refs, { asOf: generated }) : unknown('unrecognized', "the credential report's certificate slots cannot be read") };
}

/** Server certificates, which belong to the account and to no identity. */
export function serverCertificatesOf(account: Account): readonly Credential[] {
  return parsedRows(account.related, SERVER, 'aws.server-certificate', serverCertificateSchema).map(({ value, row }): Credential => {
    const end = value.Expiration === undefined ? null : parseInstant(value.Expiration);
    const expires: Credential['expires'] = end === null ? unknown('not_reported', 'the answer has no end of validity that we can read') : known({ at: end }, row.refs);
    return {
      type: 'credential', key: row.key, id: value.ServerCertificateId, idBasis: 'provider', kind: 'aws.server-certificate', unit: account.unit.id, identity: null, name: value.ServerCertificateName, responsibility: 'entity',
      status: end === null ? unknown('not_reported', 'IAM has no status for server certificates, and the end of validity is not known') : known(end > account.context.asOf ? 'active' as const : 'expired' as const, row.refs, { note: 'from its end of validity; IAM has no status for it' }),
      created: momentOf(value.UploadDate, row.refs), expires, lastUsed: NO_LAST_USE, audience: null, refs: row.refs,
    };
  });
}

function validUntil(body: string | undefined, refs: readonly PageReference[]): Credential['expires'] {
  if (body === undefined) return unknown('not_reported', 'the answer has no certificate body');
  try {
    return known({ at: instantOf(new X509Certificate(body).validToDate.getTime()) }, refs);
  } catch (error) {
    return unknown('unrecognized', `the certificate cannot be read: ${error instanceof Error ? error.name : 'unknown error'}`);
  }
}

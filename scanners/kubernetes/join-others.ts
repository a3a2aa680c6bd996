// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import { known, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { instantOf, type Instant } from '../../src/model/instant.ts';
import { listRefs, momentOf } from '../../src/model/read-facts.ts';
import type { Credential, ObjectRow } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { madeWithin } from './age.ts';
import { countOf, notClosed, parsedRows, type Parsed } from './read-facts.ts';
import { namespaceOf, rowKey } from './shapes.ts';
import { accessSchema, reviewsAsked } from './sources/access-reviews.ts';
import { CUSTOM_KINDS, customRowSchema, type CustomKind } from './sources/custom-tables.ts';
import { namespaceSchema } from './sources/namespaces.ts';
import { signingRequestSchema, type SigningRequest } from './sources/signing-requests.ts';

const REQUESTS = 'kubernetes.certificate-signing-requests';
const REQUEST = 'kubernetes.certificate-signing-request';
const CERTIFICATE = 'kubernetes.client-certificate';
const ACCESS = 'kubernetes.own-access';
const REVIEWS = 'kubernetes.access-reviews';

export interface JoinedOthers { readonly credentials: readonly Credential[]; readonly objects: readonly ObjectRow[]; readonly populations: { readonly [kind: string]: Fact<number> } }

/** Certificates that were signed, what this login may read, and the custom resources that are served. */
export function joinOthers(related: Related, asOf: Instant): JoinedOthers {
  const requests = parsedRows(related, REQUESTS, REQUEST, signingRequestSchema);
  const credentials = requests.flatMap((request) => certificateOf(related.unit.id, request, asOf) ?? []);
  const access = accessRows(related);
  const custom = CUSTOM_KINDS.map((kind) => [kind, customRows(related, kind)] as const);
  return {
    credentials,
    objects: [...requests.map((request) => requestRow(related.unit.id, request)), ...access, ...custom.flatMap(([, rows]) => rows)],
    populations: {
      ...(namespaceOf(related.unit) === null ? { [REQUEST]: countOf(related, REQUESTS, requests.length), [CERTIFICATE]: countOf(related, REQUESTS, credentials.length) } : {}), [ACCESS]: accessPopulation(related, access.length),
      ...Object.fromEntries(custom.map(([kind, rows]) => [kind.row, customPopulation(related, kind, rows.length)])),
    },
  };
}

// Signers whose certificates the API server takes as a login. https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers
const CLIENT_SIGNERS: readonly string[] = ['kubernetes.io/kube-apiserver-client', 'kubernetes.io/kube-apiserver-client-kubelet'];

/** What a request was answered with, where that is a login. */
function certificateOf(unit: string, { value: { metadata, spec, status }, row }: Parsed<SigningRequest>, asOf: Instant): Credential | null {
  if (status?.certificate === undefined || !CLIENT_SIGNERS.includes(spec.signerName)) return null;
  const read = readCertificate(status.certificate);
  const unread = unknown('unrecognized', 'the certificate is not one that we can read');
  return {
    type: 'credential', key: rowKey(unit, `${metadata.uid}|certificate`), id: `${metadata.uid}|certificate`, idBasis: 'name', kind: CERTIFICATE, unit, identity: null, name: read?.subject ?? metadata.name,
    responsibility: spec.signerName.endsWith('-kubelet') ? 'provider' : 'entity',
    status: read === null ? unread : known(read.notAfter < asOf ? 'expired' as const : 'active' as const, row.refs, { note: 'a certificate cannot be revoked in Kubernetes; it works until its end' }),
    created: read === null ? momentOf(metadata.creationTimestamp, row.refs) : known({ from: read.notBefore, to: read.notBefore }, row.refs), expires: read === null ? unread : known({ at: read.notAfter }, row.refs),
    lastUsed: unknown('no_source', 'the cluster does not note when a certificate is used; audit logs would show it'), audience: spec.signerName, refs: row.refs,
  };
}

interface Certificate { readonly subject: string; readonly notBefore: Instant; readonly notAfter: Instant }

function readCertificate(base64: string): Certificate | null {
  try {
    const certificate = new X509Certificate(Buffer.from(base64, 'base64'));
    return { subject: certificate.subject.replaceAll('\n', ', '), notBefore: instantOf(certificate.validFromDate.getTime()), notAfter: instantOf(certificate.validToDate.getTime()) };
  } catch (error) {
    // OpenSSL's own errors; the caller says that the text is no certificate.
    if (error instanceof Error) return null;
    throw error;
  }
}

function requestRow(unit: string, { value: { metadata, spec, status }, row }: Parsed<SigningRequest>): ObjectRow {
  return {
    type: 'object', key: rowKey(unit, metadata.uid), id: metadata.uid, kind: REQUEST, unit, name: metadata.name, created: momentOf(metadata.creationTimestamp, row.refs), expires: notApplicable('it has no end'),
    detail: { signer: spec.signerName, requestor: spec.username ?? null, seconds: spec.expirationSeconds ?? null, conditions: (status?.conditions ?? []).map(({ type }) => type), issued: status?.certificate !== undefined }, refs: row.refs,
  };
}

function accessRows(related: Related): readonly ObjectRow[] {
  return parsedRows(related, REVIEWS, ACCESS, accessSchema).map(({ value, row }): ObjectRow => {
    const resource = `${value.resource}${value.group === '' ? '' : `.${value.group}`}`;
    const where = value.namespace === null ? 'in the whole cluster' : `in ${value.namespace}`;
    return {
      type: 'object', key: row.key, id: row.key.slice(related.unit.id.length + 1), kind: ACCESS, unit: related.unit.id, name: `${value.verb} ${resource}${value.name === null ? '' : ` ${value.name}`} ${where}`,
      created: notApplicable('a right of this login at the time of the scan'), expires: notApplicable('a right of this login at the time of the scan'), detail: { verb: value.verb, resource, allowed: value.allowed, reason: value.reason }, refs: row.refs,
    };
  });
}

/** Reviews are single reads: all of them answered, or the count is not known. */
function accessPopulation(related: Related, count: number): Fact<number> {
  const asked = reviewsAsked(related.unit);
  const open = asked.map((each) => notClosed(related, REVIEWS, each)).find((each) => each !== null) ?? null;
  if (open === null && count !== asked.length) return unknown('unrecognized', `${asked.length - count} of the reviews were answered about something else than was asked`);
  return open ?? known(count, asked.flatMap((each) => listRefs(related, REVIEWS, each)));
}

function customRows(related: Related, { source, row: kind }: CustomKind): readonly ObjectRow[] {
  return parsedRows(related, source, kind, customRowSchema).map(({ value, row }): ObjectRow => {
    const made = value.age === null ? null : madeWithin(value.age, value.readAt);
    return {
      type: 'object', key: row.key, id: row.key.slice(related.unit.id.length + 1), kind, unit: related.unit.id, name: value.namespace === null ? value.name : `${value.namespace}/${value.name}`,
      created: made === null ? unknown('not_reported', 'its table shows no age') : known(made, row.refs, { note: `from its age, shown as ${value.age ?? ''}` }), expires: unknown('not_reported', 'its table does not show it'), detail: { columns: value.columns }, refs: row.refs,
    };
  });
}

/** None, where the cluster does not serve the kind; else known only where every table of it closed. */
function customPopulation(related: Related, { source, namespaced }: CustomKind, count: number): Fact<number> {
  const end = related.ended(source);
  if (end.state === 'skipped' && end.kind === 'not_needed') return notApplicable(end.reason);
  if (!namespaced || end.state === 'skipped') return countOf(related, source, count);
  const own = namespaceOf(related.unit);
  const namespaces = own === null ? parsedRows(related, 'kubernetes.namespaces', 'kubernetes.namespace', namespaceSchema).map(({ value }) => value.metadata.name) : [own];
  const open = namespaces.map((name) => notClosed(related, source, name)).find((each) => each !== null) ?? null;
  return open ?? known(count, namespaces.flatMap((name) => listRefs(related, source, name)));
}

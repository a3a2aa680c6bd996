// SPDX-License-Identifier: Apache-2.0
import { known, unknown } from '../../../src/model/fact.ts';
import type { Instant } from '../../../src/model/instant.ts';
import type { PageReference } from '../../../src/model/reference.ts';
import type { Credential } from '../../../src/model/row.ts';
import type { Related } from '../../../src/model/source.ts';
import { countOf } from '../read-facts.ts';
import { parsedRows } from '../rows.ts';
import { authoritySchema, certificateSchema } from '../sources/regional/certificates.ts';
import type { RegionalRows } from './join.ts';
import { endsAt, madeAt } from './times.ts';

const CERTIFICATES = 'aws.acm.certificates';
const AUTHORITIES = 'aws.acm-pca.authorities';
const NO_END = unknown('not_reported', 'the answer has no end of validity');

/** Certificates that Certificate Manager keeps with their keys, and private certificate authorities. */
export function joinCertificates(related: Related, asOf: Instant): RegionalRows {
  const unit = related.unit.id;
  const certificates = parsedRows(related, CERTIFICATES, 'aws.acm-certificate', certificateSchema).map(({ value, row }): Credential => {
    const expires = endsAt(value.NotAfter, row.refs, NO_END);
    return {
      type: 'credential', key: row.key, id: value.CertificateArn, idBasis: 'provider', kind: 'aws.acm-certificate', unit, identity: null, name: value.DomainName ?? null, responsibility: 'entity',
      status: certificateStatus(value.Status, 'ISSUED', expires, asOf, row.refs), created: madeAt(value.ImportedAt ?? value.CreatedAt, row.refs), expires,
      lastUsed: unknown('not_reported', value.InUse === undefined ? 'the answer does not say whether it is in use' : `it is ${value.InUse ? '' : 'not '}in use now; since when, the answer does not say`), audience: null, refs: row.refs,
    };
  });
  const authorities = parsedRows(related, AUTHORITIES, 'aws.acm-pca-authority', authoritySchema).map(({ value, row }): Credential => {
    const expires = endsAt(value.NotAfter, row.refs, NO_END);
    return {
      type: 'credential', key: row.key, id: value.Arn, idBasis: 'provider', kind: 'aws.acm-pca-authority', unit, identity: null, name: null, responsibility: 'entity',
      status: certificateStatus(value.Status, 'ACTIVE', expires, asOf, row.refs), created: madeAt(value.CreatedAt, row.refs), expires, lastUsed: unknown('no_source', 'what it signs, and when, is in its audit report only'), audience: value.Type ?? null, refs: row.refs,
    };
  });
  return { credentials: [...certificates, ...authorities], objects: [], populations: { 'aws.acm-certificate': countOf(related, CERTIFICATES, certificates.length), 'aws.acm-pca-authority': countOf(related, AUTHORITIES, authorities.length) } };
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateSummary.html, https://docs.aws.amazon.com/iot/latest/apireference/API_CertificateDescription.html and https://docs.aws.amazon.com/privateca/latest/APIReference/API_CertificateAuthority.html
const NOT_WORKING = ['PENDING_VALIDATION', 'INACTIVE', 'VALIDATION_TIMED_OUT', 'REVOKED', 'FAILED', 'CREATING', 'PENDING_CERTIFICATE', 'DELETED', 'DISABLED', 'PENDING_TRANSFER', 'REGISTER_INACTIVE', 'PENDING_ACTIVATION'];

/** Status of a certificate or an authority; `working` is the word for one that works. */
export function certificateStatus(text: string | undefined, working: string, expires: Credential['expires'], asOf: Instant, refs: readonly PageReference[]): Credential['status'] {
  if (text === undefined) return unknown('not_reported', 'the answer has no status');
  if (text === 'EXPIRED' || (text === working && expires.status === 'known' && 'at' in expires.value && expires.value.at <= asOf)) return known('expired' as const, refs);
  if (text === working) return known('active' as const, refs);
  return NOT_WORKING.includes(text) ? known('inactive' as const, refs, { note: `its status is ${text}` }) : unknown('unrecognized', 'the status is none that we know');
}

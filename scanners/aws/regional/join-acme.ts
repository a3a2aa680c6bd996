// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { known, notApplicable, unknown, type Fact } from '../../../src/model/fact.ts';
import type { Instant } from '../../../src/model/instant.ts';
import type { PageReference } from '../../../src/model/reference.ts';
import type { Credential, LastUse } from '../../../src/model/row.ts';
import type { Related } from '../../../src/model/source.ts';
import { countOf } from '../read-facts.ts';
import { acmeAccountSchema, bindingSchema, endpointSchema, foundCertificateSchema } from '../sources/regional/acme.ts';
import { certificateStatus } from './join-certificates.ts';
import type { RegionalRows } from './join.ts';
import { countThrough, credentialsOf, objectsOf } from './rows.ts';
import { endsAt, instantAt } from './times.ts';

const ENDPOINTS = 'aws.acm.acme-endpoints';
const [CERTIFICATES, ACCOUNTS, BINDINGS] = ['aws.acm.acme-certificates', 'aws.acm.acme-accounts', 'aws.acm.acme-bindings'];
const SHOWN_NOWHERE = unknown('no_source', 'nothing shows when it was last used');

/** What ACME clients hold of Certificate Manager: certificates whose keys they made, accounts, and the bindings by which they opened those. */
export function joinAcme(related: Related, asOf: Instant): RegionalRows {
  const endpoints = objectsOf(related, ENDPOINTS, 'aws.acme-endpoint', endpointSchema, (value) => ({ id: value.AcmeEndpointArn, name: value.AcmeEndpointArn.slice(value.AcmeEndpointArn.lastIndexOf('/') + 1), made: value.CreatedAt, detail: { status: value.Status } }));
  const certificates = credentialsOf(related, CERTIFICATES, 'aws.acme-certificate', foundCertificateSchema, (value, refs) => {
    const own = value.CertificateMetadata?.AcmCertificateMetadata;
    const expires = endsAt(value.X509Attributes?.NotAfter, refs, unknown('not_reported', 'the answer has no end of validity'));
    return { id: value.CertificateArn, name: value.X509Attributes?.Subject?.CommonName ?? null, made: own?.IssuedAt ?? own?.CreatedAt, expires, status: certificateStatus(own?.Status, 'ISSUED', expires, asOf, refs), lastUsed: SHOWN_NOWHERE, audience: own?.AcmeAccountId ?? null };
  });
  const inEndpoint = { endpoint: z.string() };
  const accounts = credentialsOf(related, ACCOUNTS, 'aws.acme-account', acmeAccountSchema.extend(inEndpoint), (value, refs) => ({
    id: value.AccountUrl, name: null, made: value.CreatedAt, expires: known({ never: true as const }, refs), lastUsed: SHOWN_NOWHERE, audience: value.endpoint,
    status: value.Status === 'VALID' ? known('active' as const, refs) : value.Status === 'DEACTIVATED' || value.Status === 'REVOKED' ? known('inactive' as const, refs, { note: `its status is ${value.Status}` }) : unknown('unrecognized', 'the status is none that we know'),
  }));
  const bindings = credentialsOf(related, BINDINGS, 'aws.acme-binding', bindingSchema.extend(inEndpoint), (value, refs) => {
    const expires = endsAt(value.ExpiresAt, refs, known({ never: true as const }, refs));
    const ended = expires.status === 'known' && 'at' in expires.value && expires.value.at <= asOf;
    return {
      id: value.AcmeExternalAccountBindingArn, name: null, made: value.CreatedAt, expires, lastUsed: usedAt(value, refs), audience: value.RoleArn ?? value.endpoint,
      status: known(value.RevokedAt === undefined ? (ended ? 'expired' as const : 'active' as const) : 'inactive' as const, refs, value.RevokedAt === undefined ? {} : { note: 'it was revoked' }),
    };
  });
  const of = (source: string, count: number): Fact<number> => countThrough(related, [{ source: ENDPOINTS, parents: [null] }, { source, parents: endpoints.map(({ id }) => id) }], count);
  return {
    credentials: [...certificates, ...accounts, ...bindings], objects: endpoints.map((endpoint) => ({ ...endpoint, expires: notApplicable('an endpoint does not end by itself') })),
    populations: { 'aws.acme-endpoint': countOf(related, ENDPOINTS, endpoints.length), 'aws.acme-certificate': countOf(related, CERTIFICATES, certificates.length), 'aws.acme-account': of(ACCOUNTS, accounts.length), 'aws.acme-binding': of(BINDINGS, bindings.length) },
  };
}

/** A binding that opened no account yet has no date of use. https://docs.aws.amazon.com/acm/latest/APIReference/API_AcmeExternalAccountBinding.html */
function usedAt({ LastUsedAt: used, CreatedAt: made }: z.output<typeof bindingSchema>, refs: readonly PageReference[]): Credential['lastUsed'] {
  if (used === undefined) return known<LastUse>({ none: true, since: made === undefined ? null : instantAt(made) }, refs);
  const at = instantAt(used);
  return at === null ? unknown('unrecognized', 'the date of use is not one that we can read') : known<LastUse>({ at }, refs);
}

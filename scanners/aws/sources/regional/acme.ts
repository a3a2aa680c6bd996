// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { SourceRow } from '../../../../src/model/row.ts';
import type { Seed } from '../../../../src/model/source.ts';
import { moment, page, regionalList } from './list.ts';

const REFERENCE = 'acm/latest/APIReference';
const ENDPOINTS = 'aws.acm.acme-endpoints';

const metadata = z.object({ Status: z.string().optional(), CreatedAt: moment.optional(), IssuedAt: moment.optional(), InUse: z.boolean().optional(), AcmeEndpointArn: z.string().optional(), AcmeAccountId: z.string().optional() });
export const foundCertificateSchema = z.object({
  CertificateArn: z.string(), X509Attributes: z.object({ NotAfter: moment.optional(), Subject: z.object({ CommonName: z.string().optional() }).optional() }).optional(),
  CertificateMetadata: z.object({ AcmCertificateMetadata: metadata.optional() }).optional(),
});
export const endpointSchema = z.object({ AcmeEndpointArn: z.string(), Status: z.string().optional(), CreatedAt: moment.optional() });
export const acmeAccountSchema = z.object({ AccountUrl: z.string(), Status: z.string().optional(), CreatedAt: moment.optional(), AcmeExternalAccountBindingArn: z.string().optional() });
export const bindingSchema = z.object({ AcmeExternalAccountBindingArn: z.string(), RoleArn: z.string().optional(), CreatedAt: moment.optional(), ExpiresAt: moment.optional(), RevokedAt: moment.optional(), LastUsedAt: moment.optional() });

/** Certificates that ACME clients got, whose keys the clients keep: ListCertificates leaves them out. */
export const acmeCertificates = regionalList({
  id: 'aws.acm.acme-certificates',
  title: 'Certificates issued over ACME',
  service: 'acm', operation: 'SearchCertificates', documentation: page(REFERENCE, 'SearchCertificates'),
  lane: 'aws.acm', depth: 'standard',
  input: { FilterStatement: { Filter: { AcmCertificateMetadataFilter: { CertificateKeyPairOrigin: 'ACME' } } }, MaxResults: 500 },
  element: 'Results', item: foundCertificateSchema, token: { out: 'NextToken', in: 'NextToken' },
  kind: 'aws.acme-certificate', key: ({ CertificateArn }) => `acme|${CertificateArn}`,
});

/** Addresses at which clients may ask for certificates over ACME. */
export const acmeEndpoints = regionalList({
  id: ENDPOINTS,
  title: 'ACME endpoints of Certificate Manager',
  service: 'acm', operation: 'ListAcmeEndpoints', documentation: page(REFERENCE, 'ListAcmeEndpoints'),
  lane: 'aws.acm', depth: 'standard', input: { MaxResults: 100 },
  element: 'AcmeEndpoints', item: endpointSchema, token: { out: 'NextToken', in: 'NextToken' },
  kind: 'aws.acme-endpoint', key: ({ AcmeEndpointArn }) => AcmeEndpointArn,
});

/** What every list below an endpoint has in common. */
const IN_ENDPOINT = {
  service: 'acm', lane: 'aws.acm', depth: 'standard', parent: ENDPOINTS, next: ofEndpoint, probe: { untestable: 'needs an endpoint' }, input: { MaxResults: 100 },
  token: { out: 'NextToken', in: 'NextToken' }, more: (endpoint: string | null) => ({ endpoint }),
} as const;

/** Accounts that clients opened at an endpoint, each a key of the client's own. */
export const acmeAccounts = regionalList({
  id: 'aws.acm.acme-accounts',
  title: 'ACME accounts',
  ...IN_ENDPOINT, operation: 'ListAcmeAccounts', documentation: page(REFERENCE, 'ListAcmeAccounts'),
  element: 'AcmeAccounts', item: acmeAccountSchema,
  kind: 'aws.acme-account', key: ({ AccountUrl }) => AccountUrl,
});

/** External account bindings: secrets with which a client opens an account. Their values are behind an operation that is never sent. */
export const acmeBindings = regionalList({
  id: 'aws.acm.acme-bindings',
  title: 'ACME external account bindings',
  ...IN_ENDPOINT, operation: 'ListAcmeExternalAccountBindings', documentation: page(REFERENCE, 'ListAcmeExternalAccountBindings'),
  element: 'ExternalAccountBindings', item: bindingSchema,
  kind: 'aws.acme-binding', key: ({ AcmeExternalAccountBindingArn }) => AcmeExternalAccountBindingArn,
});

function ofEndpoint(row: SourceRow): Seed | null {
  const id = row.type === 'observation' ? row.value['AcmeEndpointArn'] : undefined;
  return typeof id === 'string' ? { parent: id, parameters: { AcmeEndpointArn: id } } : null;
}

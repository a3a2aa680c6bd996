// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { moment, page, regionalList } from './list.ts';

export const certificateSchema = z.object({
  CertificateArn: z.string(), DomainName: z.string().optional(), Status: z.string().optional(), Type: z.string().optional(), InUse: z.boolean().optional(), NotBefore: moment.optional(), NotAfter: moment.optional(),
  CreatedAt: moment.optional(), ImportedAt: moment.optional(), RenewalEligibility: z.string().optional(),
});

/** Every kind of key: without naming them, the list holds RSA of 1024 and 2048 bits only. https://docs.aws.amazon.com/acm/latest/APIReference/API_Filters.html */
const KEY_TYPES = ['RSA_1024', 'RSA_2048', 'RSA_3072', 'RSA_4096', 'EC_prime256v1', 'EC_secp384r1', 'EC_secp521r1'];

/** Certificates whose private keys Certificate Manager keeps. */
export const certificates = regionalList({
  id: 'aws.acm.certificates',
  title: 'Certificates in Certificate Manager',
  service: 'acm', operation: 'ListCertificates', documentation: page('acm/latest/APIReference', 'ListCertificates'),
  lane: 'aws.acm',
  input: { Includes: { keyTypes: KEY_TYPES }, MaxItems: 1000 }, probe: { input: { MaxItems: 1 } },
  element: 'CertificateSummaryList', item: certificateSchema, token: { out: 'NextToken', in: 'NextToken' },
  kind: 'aws.acm-certificate', key: ({ CertificateArn }) => CertificateArn,
});

export const authoritySchema = z.object({ Arn: z.string(), Status: z.string().optional(), Type: z.string().optional(), UsageMode: z.string().optional(), CreatedAt: moment.optional(), NotBefore: moment.optional(), NotAfter: moment.optional() });

/** Private certificate authorities. What each issued, no interface lists. */
export const authorities = regionalList({
  id: 'aws.acm-pca.authorities',
  title: 'Private certificate authorities',
  service: 'acm-pca', operation: 'ListCertificateAuthorities', documentation: page('privateca/latest/APIReference', 'ListCertificateAuthorities'),
  lane: 'aws.acm-pca', depth: 'standard',
  input: { MaxResults: 1000 }, probe: { input: { MaxResults: 1 } },
  element: 'CertificateAuthorities', item: authoritySchema, token: { out: 'NextToken', in: 'NextToken' },
  kind: 'aws.acm-pca-authority', key: ({ Arn }) => Arn,
  blindSpots: ['Certificates that a private certificate authority issued are in no list: only an audit report, written to a bucket on demand, has them.'],
});

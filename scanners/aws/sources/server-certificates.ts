// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, endOf, iam, items, list, MOST_ITEMS, observe, paging, plain } from '../shapes.ts';

export const serverCertificateSchema = z.object({ ServerCertificateName: z.string(), ServerCertificateId: z.string(), Arn: z.string(), UploadDate: z.string().optional(), Expiration: z.string().optional() });

/** TLS certificates whose private keys IAM keeps. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificates.html */
export const serverCertificates = defineSource({
  id: 'aws.iam.server-certificates',
  title: 'Server certificates',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  after: ['aws.iam.account-summary'],
  operations: [iam('ListServerCertificates', { input: { MaxItems: 1 } })],
  request: (_seed, page) => ({ service: 'iam', operation: 'ListServerCertificates', input: { MaxItems: MOST_ITEMS, ...page } }),
  page: { schema: z.object({ ServerCertificateMetadataList: list(serverCertificateSchema), ...paging }), count: (body) => items(body.ServerCertificateMetadataList).length, end: endOf },
  rows: (body, context) => items(body.ServerCertificateMetadataList).map((certificate, index) => observe('aws.server-certificate', certificate.ServerCertificateId, plain(certificate), context, ['ServerCertificateMetadataList', index])),
  command: (parameters) => awsCommand('iam', 'ListServerCertificates', parameters),
  blindSpots: ['Server certificates in IAM are those of the account; those in Certificate Manager are of a region and are listed there.'],
});

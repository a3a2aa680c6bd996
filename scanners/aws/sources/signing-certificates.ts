// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { holdsCertificates, reportedFor } from '../report-row.ts';
import { userOf } from '../rows.ts';
import { ACCOUNT, endOf, iam, items, list, MOST_ITEMS, observe, paging, plain } from '../shapes.ts';

// CertificateBody is the public part; its end of validity is nowhere else.
export const signingCertificateSchema = z.object({ UserName: z.string(), CertificateId: z.string(), Status: z.string(), UploadDate: z.string(), CertificateBody: z.string().optional() });

/** X.509 signing certificates of one user, where the credential report shows one or cannot say. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSigningCertificates.html */
export const signingCertificates = defineSource({
  id: 'aws.iam.signing-certificates',
  title: 'Signing certificates',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  depth: 'standard',
  parent: 'aws.iam.authorization-details',
  after: ['aws.iam.credential-report'],
  operations: [iam('ListSigningCertificates', { untestable: "needs a user's name; without one it lists the caller's own certificates" })],
  next: (row, related) => {
    const user = userOf(row);
    if (user === null) return null;
    const reported = reportedFor(related, user);
    if (reported !== null && holdsCertificates(reported.row) === 'none') return { parent: user.UserId, skip: 'not_needed', reason: 'the credential report shows no signing certificate' };
    return { parent: user.UserId, parameters: { UserName: user.UserName } };
  },
  request: (seed, page) => ({ service: 'iam', operation: 'ListSigningCertificates', input: { UserName: seed.parameters['UserName'] ?? '', MaxItems: MOST_ITEMS, ...page } }),
  page: { schema: z.object({ Certificates: list(signingCertificateSchema), ...paging }), count: (body) => items(body.Certificates).length, end: endOf },
  rows: (body, context) => items(body.Certificates).map((certificate, index) => observe('aws.signing-certificate', certificate.CertificateId, { ...plain(certificate), UserId: context.parent }, context, ['Certificates', index])),
  command: (parameters) => awsCommand('iam', 'ListSigningCertificates', parameters),
});

// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { parseInstant } from '../../../src/model/instant.ts';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, iam, observe, plain } from '../shapes.ts';

const text = z.string();

/** One row of the report, by header name. `additional_credentials_info` is a later column that not every report has. */
export const reportRowSchema = z.object({
  user: text, arn: text, user_creation_time: text, password_enabled: text, password_last_used: text, password_last_changed: text, password_next_rotation: text, mfa_active: text,
  access_key_1_active: text, access_key_1_last_rotated: text, access_key_1_last_used_date: text, access_key_1_last_used_region: text, access_key_1_last_used_service: text,
  access_key_2_active: text, access_key_2_last_rotated: text, access_key_2_last_used_date: text, access_key_2_last_used_region: text, access_key_2_last_used_service: text,
  cert_1_active: text, cert_1_last_rotated: text, cert_2_active: text, cert_2_last_rotated: text,
  additional_credentials_info: text.optional(),
});
export type ReportRow = z.output<typeof reportRowSchema>;

/** The credential report: passwords, key slots and certificates of every user and of root, as of its own GeneratedTime. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
export const credentialReport = defineSource({
  id: 'aws.iam.credential-report',
  title: 'Credential report',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  // Whatever became of the request: where making one is refused, an older report may still be there.
  after: ['aws.iam.credential-report-request'],
  operations: [iam('GetCredentialReport', { input: {} })],
  request: () => ({ service: 'iam', operation: 'GetCredentialReport', input: {} }),
  page: {
    schema: z.object({
      GeneratedTime: text.refine((value) => parseInstant(value) !== null, 'expected a time'), ReportFormat: text.optional(), rows: z.array(reportRowSchema),
    }),
    count: (body) => body.rows.length,
    end: () => ({ last: true }),
  },
  rows: (body, context) => body.rows.map((row, index) => observe('aws.report-row', `${row.arn}|${row.user_creation_time}`, { ...plain(row), GeneratedTime: body.GeneratedTime }, context, ['rows', index])),
  command: () => `${awsCommand('iam', 'GetCredentialReport', {})} --query Content --output text | base64 --decode`,
  blindSpots: [
    'The credential report is made at most every four hours; what changed since its GeneratedTime is not in it.',
    'The report names no access key id, no SSH key and no service-specific credential.',
  ],
});

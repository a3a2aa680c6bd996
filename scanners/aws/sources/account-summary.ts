// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, iam, observe, plain } from '../shapes.ts';

const count = z.string().regex(/^\d{1,15}$/, 'expected a count');

// Only what is held against our own counts; the rest of the map are quotas.
const schema = z.object({
  SummaryMap: z.object({
    Users: count.optional(), Groups: count.optional(), Roles: count.optional(), Policies: count.optional(), InstanceProfiles: count.optional(),
    ServerCertificates: count.optional(), Providers: count.optional(), AccountAccessKeysPresent: count.optional(),
  }),
});

/** The provider's own counts, read before the lists. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html */
export const accountSummary = summary('aws.iam.account-summary', "The account's own counts, before the lists", []);

/** The same counts after the lists: where both agree, nothing was added or removed unseen while we read. */
export const accountSummaryAfter = summary('aws.iam.account-summary-after', "The account's own counts, after the lists", [
  'aws.iam.account-summary', 'aws.iam.account-aliases', 'aws.iam.authorization-details', 'aws.iam.credential-report', 'aws.iam.service-specific-credentials',
  'aws.iam.service-specific-credentials-by-service', 'aws.iam.server-certificates', 'aws.iam.oidc-providers', 'aws.iam.saml-providers', 'aws.iam.instance-profiles',
]);

function summary(id: string, title: string, after: readonly string[]): AnySource {
  return defineSource({
    id, title, after,
    unitKind: ACCOUNT,
    lane: 'aws.iam',
    operations: [iam('GetAccountSummary', { input: {} })],
    request: () => ({ service: 'iam', operation: 'GetAccountSummary', input: {} }),
    page: { schema, count: () => 1, end: () => ({ last: true }) },
    rows: (body, context) => [observe('aws.account-summary', 'summary', plain(body.SummaryMap), context, ['SummaryMap'])],
    command: () => awsCommand('iam', 'GetAccountSummary', {}),
  });
}

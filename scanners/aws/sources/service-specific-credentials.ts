// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource, type AnySource, type Source } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, endOf, iam, items, list, MOST_ITEMS, observe, paging, plain } from '../shapes.ts';

/** Services that hand out credentials of their own. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html */
export const SERVICES_WITH_CREDENTIALS = ['bedrock.amazonaws.com', 'cassandra.amazonaws.com', 'codecommit.amazonaws.com', 'logs.amazonaws.com'] as const;

export const serviceCredentialSchema = z.object({
  UserName: z.string(), ServiceSpecificCredentialId: z.string(), ServiceName: z.string(), Status: z.string(), CreateDate: z.string(), ExpirationDate: z.string().optional(),
});

/** API keys and passwords for single services, of all users at once. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html */
export const serviceSpecificCredentials = serviceCredentials({
  id: 'aws.iam.service-specific-credentials',
  title: 'Service-specific credentials',
  fallback: 'aws.iam.service-specific-credentials-by-service',
});

/** The same, service by service: planned only where the form for all services at once was rejected. */
export const serviceSpecificCredentialsByService = serviceCredentials({
  id: 'aws.iam.service-specific-credentials-by-service',
  title: 'Service-specific credentials, service by service',
  after: ['aws.iam.service-specific-credentials'],
  plan: (related) => {
    const all = related.ended('aws.iam.service-specific-credentials');
    if (all.state === 'failed' && all.outcome === 'rejected') return SERVICES_WITH_CREDENTIALS.map((service) => ({ parent: service, parameters: { ServiceName: service } }));
    return { skip: 'not_needed', reason: all.state === 'complete' ? 'all services were listed at once' : 'only a rejected form is asked for again in another one' };
  },
  blindSpots: ['Where service-specific credentials had to be listed service by service, only Bedrock, Keyspaces, CodeCommit and CloudWatch Logs were asked for.'],
});

type Own = Pick<Source, 'id' | 'title'> & Partial<Pick<Source, 'fallback' | 'after' | 'plan' | 'blindSpots'>>;

function serviceCredentials(own: Own): AnySource {
  return defineSource({
    ...own,
    unitKind: ACCOUNT,
    lane: 'aws.iam',
    operations: [iam('ListServiceSpecificCredentials', { input: { AllUsers: true, MaxItems: 1 } })],
    request: (seed, page) => ({ service: 'iam', operation: 'ListServiceSpecificCredentials', input: { AllUsers: true, ...seed.parameters, MaxItems: MOST_ITEMS, ...page } }),
    page: { schema: z.object({ ServiceSpecificCredentials: list(serviceCredentialSchema), ...paging }), count: (body) => items(body.ServiceSpecificCredentials).length, end: endOf },
    rows: (body, context) => items(body.ServiceSpecificCredentials).map((credential, index) => observe('aws.service-specific-credential', credential.ServiceSpecificCredentialId, plain(credential), context, ['ServiceSpecificCredentials', index])),
    // The AWS CLI has no paginator for it, so the page is named as it was asked for.
    command: (parameters) => awsCommand('iam', 'ListServiceSpecificCredentials', parameters, { keepPaging: true }),
  });
}

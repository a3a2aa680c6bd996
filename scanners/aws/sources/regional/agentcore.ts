// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { AnySource } from '../../../../src/model/source.ts';
import { moment, page, regionalList } from './list.ts';

export const workloadIdentitySchema = z.object({ name: z.string(), workloadIdentityArn: z.string() });
export const credentialProviderSchema = z.object({ name: z.string(), credentialProviderArn: z.string(), createdTime: moment.optional(), lastUpdatedTime: moment.optional() });

/** Identities of agents. */
export const workloadIdentities = ofAgentCore('workload-identities', 'Workload identities of Bedrock AgentCore', 'ListWorkloadIdentities', 20, 'workloadIdentities', workloadIdentitySchema, 'aws.agentcore-workload-identity', ({ workloadIdentityArn }) => workloadIdentityArn);

/** API keys that agents use, by name and date. */
export const apiKeyProviders = ofAgentCore('api-key-providers', 'API keys of agents in Bedrock AgentCore', 'ListApiKeyCredentialProviders', 100, 'credentialProviders', credentialProviderSchema, 'aws.agentcore-api-key', ({ credentialProviderArn }) => credentialProviderArn);

/** OAuth clients that agents use, by name and date. */
export const oauthProviders = ofAgentCore('oauth-providers', 'OAuth clients of agents in Bedrock AgentCore', 'ListOauth2CredentialProviders', 20, 'credentialProviders', credentialProviderSchema, 'aws.agentcore-oauth-client', ({ credentialProviderArn }) => credentialProviderArn);

// Only at the deepest: AgentCore is in few regions, and no list says in which; elsewhere its address does not exist.
function ofAgentCore<Item extends object>(name: string, title: string, operation: string, most: number, element: string, item: z.ZodType<Item>, kind: string, key: (item: Item) => string): AnySource {
  return regionalList({
    id: `aws.agentcore.${name}`, title, service: 'bedrock-agentcore-control', operation, documentation: page('bedrock-agentcore-control/latest/APIReference', operation), permission: `bedrock-agentcore:${operation}`,
    lane: 'aws.agentcore', depth: 'deep', input: { maxResults: most }, element, item, token: { out: 'nextToken', in: 'nextToken' }, kind, key,
  });
}

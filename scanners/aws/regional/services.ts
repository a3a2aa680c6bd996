// SPDX-License-Identifier: Apache-2.0
import type { ReplyFormat } from '../reply.ts';

/**
 * How a service is spoken to. `json`: AWS JSON 1.1, the operation in a header; `rest`: the operation is method and path, `{name}` filled
 * from the input, the rest in query (GET) or body (POST); `ec2`: a form, answered in XML of its own kind.
 * https://smithy.io/2.0/aws/protocols/index.html
 */
export type Protocol =
  | { readonly kind: 'json'; readonly target: string }
  | { readonly kind: 'rest'; readonly paths: { readonly [operation: string]: readonly [method: 'GET' | 'POST', path: string] } }
  | { readonly kind: 'ec2'; readonly version: string };

/** A service that is read without an SDK package of its own. */
export interface Service {
  /** What its host begins with. */
  readonly host: string;
  /** The name that its requests are signed for. */
  readonly signing: string;
  /** The SDK's name for it: `AWS_ENDPOINT_URL_<it>` and a profile's `services` section go by that. */
  readonly serviceId: string;
  readonly protocol: Protocol;
  readonly operations: readonly string[];
  /** Present: one endpoint a partition, in the region for which IAM's requests are signed, or in another where one stands here for that one. */
  readonly global?: { readonly [iamRegion: string]: string };
  /** How its answers are written, where the protocol alone does not tell. */
  readonly format?: ReplyFormat;
}

/** Services by the name that requests have, with what a scan may send them. Names, targets and paths as in the AWS SDKs' service models. */
export const SERVICES: { readonly [name: string]: Service } = {
  'access-analyzer': rest('access-analyzer', 'access-analyzer', 'AccessAnalyzer', { ListAnalyzers: ['GET', '/analyzer'], ListFindingsV2: ['POST', '/findingv2'] }),
  // In China Account Management and Organizations are in the other region: https://docs.aws.amazon.com/accounts/latest/reference/api-reference.html, https://docs.aws.amazon.com/general/latest/gr/ao.html
  account: { ...rest('account', 'account', 'Account', { ListRegions: ['POST', '/listRegions'] }), global: { 'cn-north-1': 'cn-northwest-1' } },
  acm: json('acm', 'ACM', 'CertificateManager', ['ListAcmeAccounts', 'ListAcmeEndpoints', 'ListAcmeExternalAccountBindings', 'ListCertificates', 'SearchCertificates']),
  'acm-pca': json('acm-pca', 'ACM PCA', 'ACMPrivateCA', ['ListCertificateAuthorities']),
  apigateway: rest('apigateway', 'apigateway', 'API Gateway', { GetApiKeys: ['GET', '/apikeys'] }),
  'bedrock-agentcore-control': rest('bedrock-agentcore-control', 'bedrock-agentcore', 'Bedrock AgentCore Control', {
    ListApiKeyCredentialProviders: ['POST', '/identities/ListApiKeyCredentialProviders'], ListOauth2CredentialProviders: ['POST', '/identities/ListOauth2CredentialProviders'],
    ListWorkloadIdentities: ['POST', '/identities/ListWorkloadIdentities'],
  }),
  // Events of IAM are where IAM's requests are signed for: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
  cloudtrail: { ...json('cloudtrail', 'CloudTrail', 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101', ['LookupEvents']), global: {}, format: 'events' },
  codebuild: json('codebuild', 'CodeBuild', 'CodeBuild_20161006', ['BatchGetProjects', 'ListProjects', 'ListSourceCredentials']),
  'cognito-idp': json('cognito-idp', 'Cognito Identity Provider', 'AWSCognitoIdentityProviderService', ['ListUserPoolClientSecrets', 'ListUserPoolClients', 'ListUserPools']),
  ec2: { host: 'ec2', signing: 'ec2', serviceId: 'EC2', protocol: { kind: 'ec2', version: '2016-11-15' }, operations: ['DescribeKeyPairs'] },
  ecs: json('ecs', 'ECS', 'AmazonEC2ContainerServiceV20141113', ['DescribeTaskDefinition', 'ListTaskDefinitionFamilies']),
  eks: rest('eks', 'eks', 'EKS', {
    DescribeCluster: ['GET', '/clusters/{name}'], DescribePodIdentityAssociation: ['GET', '/clusters/{clusterName}/pod-identity-associations/{associationId}'], ListAccessEntries: ['GET', '/clusters/{clusterName}/access-entries'], ListClusters: ['GET', '/clusters'],
    ListPodIdentityAssociations: ['GET', '/clusters/{clusterName}/pod-identity-associations'],
  }),
  events: json('events', 'EventBridge', 'AWSEvents', ['ListConnections']),
  grafana: rest('grafana', 'grafana', 'grafana', {
    ListWorkspaceServiceAccountTokens: ['GET', '/workspaces/{workspaceId}/serviceaccounts/{serviceAccountId}/tokens'], ListWorkspaceServiceAccounts: ['GET', '/workspaces/{workspaceId}/serviceaccounts'],
    ListWorkspaces: ['GET', '/workspaces'],
  }),
  iot: rest('iot', 'iot', 'IoT', { DescribeCertificate: ['GET', '/certificates/{certificateId}'], ListAuditFindings: ['POST', '/audit/findings'], ListCertificates: ['GET', '/certificates'] }),
  kms: json('kms', 'KMS', 'TrentService', ['DescribeKey', 'GetKeyLastUsage', 'GetKeyPolicy', 'GetKeyRotationStatus', 'ListAliases', 'ListKeyRotations', 'ListKeys']),
  lambda: rest('lambda', 'lambda', 'Lambda', { ListFunctions: ['GET', '/2015-03-31/functions'] }),
  lightsail: json('lightsail', 'Lightsail', 'Lightsail_20161128', ['GetKeyPairs']),
  organizations: { ...json('organizations', 'Organizations', 'AWSOrganizationsV20161128', ['DescribeOrganization', 'ListAccounts']), global: { 'cn-north-1': 'cn-northwest-1' } },
  rolesanywhere: rest('rolesanywhere', 'rolesanywhere', 'RolesAnywhere', { ListProfiles: ['GET', '/profiles'], ListSubjects: ['GET', '/subjects'], ListTrustAnchors: ['GET', '/trustanchors'] }),
  secretsmanager: json('secretsmanager', 'Secrets Manager', 'secretsmanager', ['GetResourcePolicy', 'ListSecrets']),
  ssm: json('ssm', 'SSM', 'AmazonSSM', ['DescribeActivations', 'DescribeParameters']),
  transfer: json('transfer', 'Transfer', 'TransferService', ['ListServers', 'ListUsers']),
};

function json(name: string, serviceId: string, target: string, operations: readonly string[]): Service {
  return { host: name, signing: name, serviceId, protocol: { kind: 'json', target }, operations };
}

function rest(host: string, signing: string, serviceId: string, paths: Extract<Protocol, { kind: 'rest' }>['paths']): Service {
  return { host, signing, serviceId, protocol: { kind: 'rest', paths }, operations: Object.keys(paths) };
}

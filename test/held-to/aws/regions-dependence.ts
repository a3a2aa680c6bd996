// SPDX-License-Identifier: Apache-2.0
import { both, check, nothing, type Dependence, type Test } from '../dependence.ts';

const ofSecrets: Test = ({ subject, subjectKind }) => subjectKind === 'aws.secret' || subjectKind === 'aws.secret-trust' || subject.includes(':secret:');
const ofKeyPolicies: Test = both(check('aws-stored-secret-open'), ({ subject, subjectKind }) => subjectKind === 'aws.kms-key-trust' || subject.includes('kms') || /\/[0-9a-f]{8}-1234-/.test(subject));
const ofParameters: Test = ({ subjectKind }) => subjectKind === 'aws.ssm-secure-string';

/** Written from the references of the services' APIs. */
export const DEPENDENCE: { readonly [operation: string]: Dependence } = {
  ListSecrets: { decided: both(check('aws-stored-secret-age', 'aws-stored-secret-unused', 'aws-stored-secret-open'), ofSecrets), elsewhere: nothing, kinds: ['aws.secret', 'aws.secret-replica', 'aws.secret-trust'] },
  GetResourcePolicy: { decided: both(check('aws-stored-secret-open'), ofSecrets), elsewhere: nothing, kinds: ['aws.secret-trust'] },
  DescribeParameters: { decided: both(check('aws-stored-secret-age'), ofParameters), elsewhere: nothing, kinds: ['aws.ssm-secure-string'] },
  ListKeys: { decided: (verdict) => check('aws-kms-key-age')(verdict) || ofKeyPolicies(verdict), elsewhere: nothing, kinds: ['aws.kms-key', 'aws.kms-key-trust'] },
  GetKeyPolicy: { decided: ofKeyPolicies, elsewhere: nothing, kinds: ['aws.kms-key-trust'] },
  // No check is held against it yet: the last use stands beside the age.
  GetKeyLastUsage: none(),
  // Names only; without those of AWS, its keys are asked for like all others.
  ListAliases: { decided: nothing, elsewhere: check('aws-kms-key-age'), joins: nothing, kinds: [] },
  DescribeKey: { decided: check('aws-kms-key-age'), elsewhere: nothing, kinds: [] },
  // Whether a key rotates is told beside the age of its material.
  GetKeyRotationStatus: { decided: nothing, elsewhere: nothing, kinds: [] },
  ListKeyRotations: { decided: both(check('aws-kms-key-age'), ({ subject }) => /\/0000000[12]-/.test(subject)), elsewhere: nothing, kinds: [] },
  // Of Certificate Manager and of IoT: both have an operation of this name.
  ListCertificates: none('aws.acm-certificate', 'aws.iot-certificate'),
  SearchCertificates: none('aws.acme-certificate'),
  ListAcmeEndpoints: none('aws.acme-endpoint', 'aws.acme-account', 'aws.acme-binding'),
  ListAcmeAccounts: none('aws.acme-account'),
  ListAcmeExternalAccountBindings: none('aws.acme-binding'),
  ListAuditFindings: none('aws.iot-expiring-certificate'),
  DescribeCertificate: none('aws.iot-expiring-certificate'),
  ListCertificateAuthorities: none('aws.acm-pca-authority'),
  DescribeKeyPairs: none('aws.ec2-key-pair'),
  GetKeyPairs: none('aws.lightsail-key-pair'),
  GetApiKeys: none('aws.apigateway-key'),
  ListSourceCredentials: none('aws.codebuild-source-credential'),
  ListConnections: none('aws.eventbridge-connection'),
  DescribeActivations: none('aws.ssm-activation'),
  ListTrustAnchors: none('aws.rolesanywhere-trust-anchor'),
  ListProfiles: none('aws.rolesanywhere-profile'),
  ListSubjects: none('aws.rolesanywhere-subject'),
  // What follows a list is not known where the list is not.
  ListClusters: none('aws.eks-cluster', 'aws.eks-pod-identity', 'aws.eks-access-entry'),
  DescribeCluster: none('aws.eks-cluster'),
  ListPodIdentityAssociations: none('aws.eks-pod-identity'),
  ListAccessEntries: none('aws.eks-access-entry'),
  // Its roles, not how many there are.
  DescribePodIdentityAssociation: none(),
  ListUserPools: none('aws.cognito-user-pool', 'aws.cognito-app-client', 'aws.cognito-client-secret'),
  ListUserPoolClients: none('aws.cognito-app-client', 'aws.cognito-client-secret'),
  ListUserPoolClientSecrets: none('aws.cognito-client-secret'),
  ListWorkspaces: none('aws.grafana-workspace', 'aws.grafana-service-account', 'aws.grafana-token'),
  ListWorkspaceServiceAccounts: none('aws.grafana-service-account', 'aws.grafana-token'),
  ListWorkspaceServiceAccountTokens: none('aws.grafana-token'),
  ListAnalyzers: none('aws.access-analyzer', 'aws.access-analyzer-finding'),
  ListFindingsV2: none('aws.access-analyzer-finding'),
  // How many variables there are to judge is known only where all three services told.
  ListFunctions: values(/:function:/),
  ListTaskDefinitionFamilies: values(/:task-definition\//),
  DescribeTaskDefinition: values(/:task-definition\//),
  ListProjects: values(/:project\//),
  BatchGetProjects: values(/:project\//),
  ListServers: none('aws.transfer-server', 'aws.transfer-user'),
  ListUsers: none('aws.transfer-user'),
  ListWorkloadIdentities: none('aws.agentcore-workload-identity'),
  ListApiKeyCredentialProviders: none('aws.agentcore-api-key'),
  ListOauth2CredentialProviders: none('aws.agentcore-oauth-client'),
};

/** Configurations that carry values, by the ARNs of their kind. */
function values(arn: RegExp): Dependence {
  return { decided: both(check('aws-secret-in-configuration'), ({ subject }) => arn.test(subject)), elsewhere: nothing, kinds: ['aws.configuration', 'aws.plain-value'] };
}

/** No check of this version is held against it; how many there are depends on it. */
function none(...kinds: readonly string[]): Dependence {
  return { decided: nothing, elsewhere: nothing, kinds };
}

// SPDX-License-Identifier: Apache-2.0
import type { AnySource } from '../../src/model/source.ts';
import { accessKeyLastUsed } from './sources/access-key-last-used.ts';
import { accessKeys } from './sources/access-keys.ts';
import { accountAliases } from './sources/account-aliases.ts';
import { accountSummary, accountSummaryAfter } from './sources/account-summary.ts';
import { authorizationDetails } from './sources/authorization-details.ts';
import { callerIdentity } from './sources/caller-identity.ts';
import { cloudTrailEvents } from './sources/cloudtrail-events.ts';
import { credentialReportRequest } from './sources/credential-report-request.ts';
import { credentialReport } from './sources/credential-report.ts';
import { delegationRequests } from './sources/delegation-requests.ts';
import { keyEvents } from './sources/key-events.ts';
import { lastAccessed } from './sources/last-accessed.ts';
import { instanceProfiles } from './sources/instance-profiles.ts';
import { organizationAccounts } from './sources/organization-accounts.ts';
import { organization } from './sources/organization.ts';
import { outboundFederation } from './sources/outbound-federation.ts';
import { oidcProvider } from './sources/oidc-provider.ts';
import { oidcProviders } from './sources/oidc-providers.ts';
import { analyzers, findings } from './sources/regional/access-analyzer.ts';
import { acmeAccounts, acmeBindings, acmeCertificates, acmeEndpoints } from './sources/regional/acme.ts';
import { apiKeyProviders, oauthProviders, workloadIdentities } from './sources/regional/agentcore.ts';
import { apiKeys } from './sources/regional/api-keys.ts';
import { authorities, certificates } from './sources/regional/certificates.ts';
import { appClients, clientSecrets, userPools } from './sources/regional/cognito.ts';
import { functions, projectDetails, projects, taskDefinitions, taskFamilies } from './sources/regional/configuration-values.ts';
import { activations, connections, sourceCredentials } from './sources/regional/connections.ts';
import { eksAccessEntries, eksClusterDetails, eksClusters, eksPodIdentities, eksPodIdentityRoles } from './sources/regional/eks.ts';
import { grafanaAccounts, grafanaTokens, grafanaWorkspaces } from './sources/regional/grafana.ts';
import { iotCertificates, iotDescriptions, iotExpiring } from './sources/regional/iot.ts';
import { ec2KeyPairs, lightsailKeyPairs } from './sources/regional/key-pairs.ts';
import { kmsAliases, kmsKeyDetails, kmsKeys, kmsRotation, kmsRotations } from './sources/regional/kms.ts';
import { kmsKeyPolicies, kmsKeyUse } from './sources/regional/kms-use.ts';
import { parameters } from './sources/regional/parameters.ts';
import { profiles, subjects, trustAnchors } from './sources/regional/roles-anywhere.ts';
import { secretPolicies } from './sources/regional/secret-policies.ts';
import { secrets } from './sources/regional/secrets.ts';
import { transferServers, transferUsers } from './sources/regional/transfer.ts';
import { regions } from './sources/regions.ts';
import { samlProviders } from './sources/saml-providers.ts';
import { serverCertificates } from './sources/server-certificates.ts';
import { serviceSpecificCredentials, serviceSpecificCredentialsByService } from './sources/service-specific-credentials.ts';
import { signingCertificates } from './sources/signing-certificates.ts';
import { sshPublicKeys } from './sources/ssh-public-keys.ts';

/** Every read of an organization's accounts, of an account's IAM, of what happened to it, and of what each of its regions keeps. A new kind of credential is one file and one line here. */
export const SOURCES: readonly AnySource[] = [
  callerIdentity, accountSummary, accountAliases, authorizationDetails, credentialReportRequest, credentialReport, accessKeys, accessKeyLastUsed, serviceSpecificCredentials,
  serviceSpecificCredentialsByService, sshPublicKeys, signingCertificates, serverCertificates, oidcProviders, oidcProvider, samlProviders, instanceProfiles, accountSummaryAfter, cloudTrailEvents, regions, delegationRequests, outboundFederation, lastAccessed, keyEvents,
  organization, organizationAccounts,
  secrets, parameters, kmsKeys, kmsAliases, kmsKeyDetails, kmsRotation, kmsRotations, kmsKeyUse, kmsKeyPolicies, secretPolicies, certificates, authorities, acmeCertificates, acmeEndpoints, acmeAccounts, acmeBindings,
  ec2KeyPairs, lightsailKeyPairs, apiKeys, sourceCredentials, connections, activations, trustAnchors, profiles, subjects, eksClusters, eksClusterDetails, eksPodIdentities, eksPodIdentityRoles, eksAccessEntries, userPools, appClients,
  clientSecrets, grafanaWorkspaces, grafanaAccounts, grafanaTokens, transferServers, transferUsers, workloadIdentities, apiKeyProviders, oauthProviders, iotCertificates, iotExpiring, iotDescriptions, analyzers, findings,
  functions, taskFamilies, taskDefinitions, projects, projectDetails,
];

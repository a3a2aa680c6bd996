// SPDX-License-Identifier: Apache-2.0
// A process of its own: serves a tenant of many service principals, and says what it was asked. Arguments: service principals, and application registrations among them, each with a password.
import { harborTenant, readerLogin } from '../../fixtures/company/azure/tenant.ts';
import { startGraphServer } from '../../fixtures/servers/graph.ts';
import type { GraphApplication, GraphPrincipal } from '../../fixtures/servers/graph-tenant.ts';
import { loginCertificate } from '../../fixtures/servers/kubernetes-tls.ts';
import { instantOf } from '../../src/model/instant.ts';

const [count = 10_000, registered = 500] = process.argv.slice(2).map(Number);
const now = instantOf(Date.now());
const { key, certificate } = loginCertificate('rollcall-reader');
const idOf = (kind: number, index: number): string => `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(index).padStart(12, '0')}`;
const OWNER = { '@odata.type': '#microsoft.graph.user', id: idOf(9, 1), displayName: 'owner', userPrincipalName: 'owner@bench.test' } as const;

const applications = Array.from({ length: registered }, (_, index): GraphApplication => ({
  application: {
    id: idOf(1, index), appId: idOf(2, index), displayName: `application ${index}`, createdDateTime: '2024-03-01T00:00:00Z', signInAudience: 'AzureADMyOrg', tags: [], keyCredentials: [],
    passwordCredentials: [{ keyId: idOf(3, index), displayName: 'password', startDateTime: '2026-01-01T00:00:00Z', endDateTime: '2026-12-31T00:00:00Z', hint: 'abc' }],
  },
  owners: [OWNER], federated: [],
}));
const principals = Array.from({ length: count }, (_, index): GraphPrincipal => ({
  servicePrincipal: {
    id: idOf(4, index), appId: index < registered ? idOf(2, index) : idOf(5, index), displayName: `principal ${index}`, accountEnabled: true, servicePrincipalType: index % 3 === 0 && index >= registered ? 'ManagedIdentity' : 'Application',
    appOwnerOrganizationId: idOf(6, index % 50), alternativeNames: [], tags: [], appRoles: [], passwordCredentials: [], keyCredentials: [],
  },
  // Most have none.
  owners: index % 100 === 0 ? [OWNER] : [], assignedTo: [],
}));
const harbor = harborTenant(now, [readerLogin({ certificatePem: certificate })]);
const graph = harbor.principals.filter(({ servicePrincipal }) => servicePrincipal.displayName === 'Microsoft Graph');
const server = await startGraphServer({ now, tenant: { ...harbor, applications, principals: [...graph, ...principals], azure: { subscriptions: [], roles: [] }, delegated: [], roleAssignments: [], groups: [], principalSignIns: [], credentialSignIns: [], deletedApplications: [], deletedPrincipals: [], audits: [] } });
process.send?.({ url: server.url, caPem: server.caPem, tenant: harbor.id, pem: `${key}${certificate}` });
process.on('message', () => process.send?.({ calls: server.requests.length, notOk: server.requests.filter(({ status }) => status !== 200).length }));
process.on('disconnect', () => {
  void server.close();
});

// SPDX-License-Identifier: Apache-2.0
import { known, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { exactly, type When } from '../../src/model/instant.ts';
import { listRefs, notClosed, type Parsed } from '../../src/model/read-facts.ts';
import type { Credential, Identity, LastUse, OwnerClaim, Privilege, Responsibility } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { tagsOf } from './join-applications.ts';
import { lockOf, PRINCIPAL_CERTIFICATE, PRINCIPAL_PASSWORD, type Holder } from './join-credentials.ts';
import type { IdentityUsers } from './join-identity-use.ts';
import { ownersListed } from './join-owners.ts';
import { rowKey } from './shapes.ts';
import { APPLICATIONS } from './sources/applications.ts';
import { OWNERLESS, PRINCIPAL_OWNERS, withoutOwner, type PrincipalOwner } from './sources/principal-owners.ts';
import type { Principal } from './sources/service-principals.ts';
import { homeOf } from './tenants.ts';

export const SERVICE_PRINCIPAL = 'azure.service-principal';
export const MANAGED_IDENTITY = 'azure.managed-identity';
export const AGENT_IDENTITY = 'azure.agent-identity';
export const AGENT_BLUEPRINT_PRINCIPAL = 'azure.agent-blueprint-principal';
export const PRINCIPAL_KINDS: readonly string[] = [SERVICE_PRINCIPAL, MANAGED_IDENTITY, AGENT_IDENTITY, AGENT_BLUEPRINT_PRINCIPAL];

/** Facts that only a service principal has: whose application it stands for, whether it may sign in, and its type as Graph writes it. */
export const PRINCIPAL_FACTS = 'azure.principal';

/** Of a managed identity: how many resources have it, and the first of them. */
export const USED_BY = 'azure.used-by';

/** The kind of an item of the list; null for a type that is not known. https://learn.microsoft.com/en-us/graph/api/resources/agentidentity and .../agentidentityblueprintprincipal */
export function kindOfPrincipal({ '@odata.type': type, servicePrincipalType }: Principal): string | null {
  switch (type) {
    case undefined:
    case '#microsoft.graph.servicePrincipal': return servicePrincipalType === 'ManagedIdentity' ? MANAGED_IDENTITY : SERVICE_PRINCIPAL;
    case '#microsoft.graph.agentIdentity': return AGENT_IDENTITY;
    case '#microsoft.graph.agentIdentityBlueprintPrincipal': return AGENT_BLUEPRINT_PRINCIPAL;
    default: return null;
  }
}

/** Whose it is to answer for: what Microsoft runs in its own tenants, it answers for. */
function responsibilityOf(related: Related, { appOwnerOrganizationId: owner }: Principal): Responsibility {
  return homeOf(related.unit.nativeId, owner) === 'microsoft' ? 'provider' : 'entity';
}

/**
 * A service principal as what holds credentials of its own. Azure makes and replaces those of a managed identity; whoever added one to any
 * other, to one of Microsoft's too, did it in this tenant. https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/managed-identity-best-practice-recommendations
 */
export function holderOfPrincipal({ value, row }: Parsed<Principal>): Holder {
  return {
    id: value.id, kinds: { password: PRINCIPAL_PASSWORD, certificate: PRINCIPAL_CERTIFICATE }, responsibility: kindOfPrincipal(value) === MANAGED_IDENTITY ? 'provider' : 'entity', passwords: value.passwordCredentials, keys: value.keyCredentials, refs: row.refs,
    locked: lockOf('service principal', value.disabledByMicrosoftStatus) ?? (value.accountEnabled === false ? 'sign-in with the service principal is switched off' : null),
  };
}

export interface AboutPrincipal {
  readonly credentials: readonly Credential[];
  readonly owners: readonly Parsed<PrincipalOwner>[];
  readonly usedBy: IdentityUsers;
  readonly lastUsed: Fact<LastUse>;
  readonly privilege: Fact<Privilege>;
  /** Units of ours, this tenant among them. */
  readonly ownUnits: ReadonlySet<string>;
  /** Of the application registration in this tenant that it stands for; null where it stands for none. */
  readonly application: { readonly owner: Fact<OwnerClaim | null>; readonly created: Fact<When> } | null;
}

/** One service principal with what hangs from it. */
export function identityOfPrincipal(related: Related, { value, row }: Parsed<Principal>, about: AboutPrincipal, asOf: When['to']): Identity {
  const kind = kindOfPrincipal(value) ?? SERVICE_PRINCIPAL;
  const home = homeOf(related.unit.nativeId, value.appOwnerOrganizationId, about.ownUnits);
  const count = (of: string): Fact<number> => known(about.credentials.filter((credential) => credential.kind === of).length, row.refs);
  return {
    type: 'identity', key: rowKey(related.unit.id, value.id), id: value.id, idBasis: 'provider', kind, unit: related.unit.id, name: value.displayName ?? value.appId ?? value.id, address: value.appId ?? value.id, responsibility: responsibilityOf(related, value),
    classification: { class: 'non-human', basis: 'rule', rule: ruleOf(kind, home), refs: row.refs },
    created: createdOf(about, asOf), lastUsed: about.lastUsed, interactiveLogin: notApplicable('nobody signs in as a service principal with a password of a person'), privilege: about.privilege,
    tags: known(tagsOf(value), row.refs), owner: ownerOfPrincipal(related, value, about), purpose: unknown('no_source', 'purposes come from tags, the description and the owners file'), review: unknown('no_source', 'reviews come from the owners file'),
    credentialCounts: { [PRINCIPAL_PASSWORD]: count(PRINCIPAL_PASSWORD), [PRINCIPAL_CERTIFICATE]: count(PRINCIPAL_CERTIFICATE) },
    particulars: { [PRINCIPAL_FACTS]: known({ home, homeTenant: value.appOwnerOrganizationId ?? null, enabled: value.accountEnabled ?? null, type: value.servicePrincipalType ?? null, resource: resourceOf(kind, value) }, row.refs), ...(kind === MANAGED_IDENTITY ? { [USED_BY]: about.usedBy(value.id, resourceOf(kind, value)) } : {}) },
    self: false, refs: row.refs,
  };
}

function ruleOf(kind: string, home: ReturnType<typeof homeOf>): string {
  if (kind === MANAGED_IDENTITY) return 'a managed identity of a resource';
  if (kind === AGENT_IDENTITY || kind === AGENT_BLUEPRINT_PRINCIPAL) return 'an identity of an agent';
  if (home === 'microsoft') return 'a service principal of an application that Microsoft runs';
  if (home === 'ours') return 'a service principal of an application of another tenant of ours';
  return home === 'other' ? 'a service principal of an application of another company' : 'a service principal';
}

/** The resource of a managed identity: Graph keeps its id among other names. https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/how-to-view-managed-identity-service-principal */
function resourceOf(kind: string, { alternativeNames }: Principal): string | null {
  return kind === MANAGED_IDENTITY ? ((alternativeNames ?? []).find((name) => name.startsWith('/subscriptions/')) ?? null) : null;
}

/** Graph documents no date of its making: not before its application where that lives in this tenant, and not after the scan. */
function createdOf({ application }: AboutPrincipal, asOf: When['to']): Fact<When> {
  if (application === null || application.created.status !== 'known') return unknown('not_reported', 'Microsoft Graph gives no date of a service principal');
  return { ...application.created, value: { ...exactly(asOf), from: application.created.value.from }, note: 'between the making of its application and this scan' };
}

/** Its own owners first; where it has none, those of the application that it stands for. */
function ownerOfPrincipal(related: Related, { id, appOwnerOrganizationId: home }: Principal, { owners, application }: AboutPrincipal): Fact<OwnerClaim | null> {
  if (homeOf(related.unit.nativeId, home) === 'microsoft') return notApplicable('Microsoft runs the application and answers for it');
  const own: Fact<OwnerClaim | null> = withoutOwner(related)?.has(id) === true ? known<OwnerClaim | null>(null, listRefs(related, OWNERLESS)) : (notClosed(related, PRINCIPAL_OWNERS, id) ?? ownersListed(owners, listRefs(related, PRINCIPAL_OWNERS, id)));
  if (own.status !== 'known' || own.value !== null) return own;
  // Its application may be one that was not listed.
  if (application === null) return (homeOf(related.unit.nativeId, home) === 'own' ? notClosed(related, APPLICATIONS) : null) ?? own;
  const { owner } = application;
  if (owner.status !== 'known' || owner.value === null) return owner;
  return known<OwnerClaim | null>({ ...owner.value, source: 'owners of its application in Entra ID' }, [...owner.refs, ...own.refs]);
}

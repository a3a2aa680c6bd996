// SPDX-License-Identifier: Apache-2.0
import { known, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { countOf, listRefs, notClosed, parsedRows, type Parsed } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { LastUse, ObjectRow, Privilege } from '../../src/model/row.ts';
import type { Instant } from '../../src/model/instant.ts';
import type { JoinContext, Related, UnitInventory } from '../../src/model/source.ts';
import { APPLICATION, BLUEPRINT, FEDERATED_CREDENTIAL, holderOfApplication, identityOfApplication, kindOfApplication, ownerOf } from './join-applications.ts';
import { CERTIFICATE, credentialsOf, PASSWORD, PRINCIPAL_CERTIFICATE, PRINCIPAL_PASSWORD } from './join-credentials.ts';
import { joinEvents } from './join-events.ts';
import { trustOf } from './join-federated.ts';
import { joinGrants } from './join-grants.ts';
import { identityUsers } from './join-identity-use.ts';
import { APP_POLICY, DIRECTORY_ELIGIBILITY, joinPolicies } from './join-policies.ts';
import { holderOfPrincipal, identityOfPrincipal, kindOfPrincipal, PRINCIPAL_KINDS } from './join-principals.ts';
import { joinSubscription, ofSubscriptions } from './join-subscription.ts';
import { controlTotals, queryTotals } from './join-totals.ts';
import { usageOf } from './join-usage.ts';
import { momentOf } from './read-facts.ts';
import { rowKey, SUBSCRIPTION } from './shapes.ts';
import { MANAGEMENT_GROUP_ROW, managementGroupSchema, MANAGEMENT_GROUPS, SUBSCRIPTION_ROW, subscriptionSchema, SUBSCRIPTIONS } from './sources/arm/tenant.ts';
import { OWNERS, ownerRowSchema } from './sources/application-owners.ts';
import { applicationSchema, APPLICATIONS, type Application } from './sources/applications.ts';
import { DELETED_APPLICATION, DELETED_PRINCIPAL, deletedApplications, deletedPrincipals, deletedSchema } from './sources/deleted.ts';
import { FEDERATED, federatedRowSchema } from './sources/federated-credentials.ts';
import { PRINCIPAL_OWNER_ROW, PRINCIPAL_OWNERS, principalOwnerSchema } from './sources/principal-owners.ts';
import { PRINCIPAL_ROW, PRINCIPALS, principalSchema } from './sources/service-principals.ts';

const TENANT_KINDS: readonly string[] = [APPLICATION, BLUEPRINT, ...PRINCIPAL_KINDS, PASSWORD, CERTIFICATE, PRINCIPAL_PASSWORD, PRINCIPAL_CERTIFICATE, DELETED_APPLICATION, DELETED_PRINCIPAL, SUBSCRIPTION_ROW, MANAGEMENT_GROUP_ROW, APP_POLICY, DIRECTORY_ELIGIBILITY];

/** All rows of one tenant, or of one of its subscriptions, from the rows of its sources. A read that failed leaves its facts unknown, with its cause; it never leaves them empty. */
export function join(related: Related, { asOf, ownUnits }: JoinContext): UnitInventory {
  return related.unit.kind === SUBSCRIPTION ? joinSubscription(related, asOf, TENANT_KINDS) : joinTenant(related, asOf, ownUnits);
}

function joinTenant(related: Related, asOf: Instant, ownUnits: ReadonlySet<string>): UnitInventory {
  const { unit } = related;
  const usage = usageOf(related);
  const listed = parsedRows(related, APPLICATIONS, APPLICATION, applicationSchema);
  const applications = listed.filter(({ value }) => kindOfApplication(value) !== null);
  const listedPrincipals = parsedRows(related, PRINCIPALS, PRINCIPAL_ROW, principalSchema);
  const principals = listedPrincipals.filter(({ value }) => kindOfPrincipal(value) !== null);
  const owners = Map.groupBy(parsedRows(related, OWNERS, 'azure.application-owner', ownerRowSchema), ({ value }) => value.application);
  const principalOwners = Map.groupBy(parsedRows(related, PRINCIPAL_OWNERS, PRINCIPAL_OWNER_ROW, principalOwnerSchema), ({ value }) => value.principal);
  const federated = parsedRows(related, FEDERATED, FEDERATED_CREDENTIAL, federatedRowSchema);
  const federatedOf = Map.groupBy(federated, ({ value }) => value.application);
  const rights = joinGrants(related, new Map(principals.map(({ value }) => [value.id, value.displayName ?? value.appId ?? value.id])));
  const byClient = new Map(applications.map((application) => [application.value.appId, application]));
  const principalOf = new Map(principals.flatMap(({ value }): [string, string][] => (value.appId === null || value.appId === undefined ? [] : [[value.appId, value.id]])));

  const held = applications.map((application) => ({ application, credentials: credentialsOf(unit.id, holderOfApplication(application), usage, asOf) }));
  const heldByPrincipals = principals.map((principal) => ({ principal, credentials: credentialsOf(unit.id, holderOfPrincipal(principal), usage, asOf) }));
  const credentials = [...held, ...heldByPrincipals].flatMap((each) => each.credentials);
  const applicationIdentities = held.map(({ application, credentials: own }) => identityOfApplication(related, application, {
    credentials: own, owners: owners.get(application.value.id) ?? [], federated: countOf(related, FEDERATED, federatedOf.get(application.value.id)?.length ?? 0, application.value.id),
    lastUsed: usage.ofApplication(application.value.appId), privilege: privilegeOfApplication(related, principalOf.get(application.value.appId), rights.privilegeOf),
  }));
  const usedBy = identityUsers(related);
  const principalIdentities = heldByPrincipals.map(({ principal, credentials: own }) => {
    const { appId } = principal.value;
    const application = appId === null || appId === undefined ? undefined : byClient.get(appId);
    return identityOfPrincipal(related, principal, {
      credentials: own, usedBy, ownUnits, owners: principalOwners.get(principal.value.id) ?? [], privilege: rights.privilegeOf(principal.value.id),
      lastUsed: appId === null || appId === undefined ? unknown('not_reported', 'it has no client id, by which the report names it') satisfies Fact<LastUse> : usage.ofApplication(appId),
      application: application === undefined ? null : { owner: ownerOf(related, application.value, owners.get(application.value.id) ?? []), created: momentOf(application.value.createdDateTime, application.row.refs) },
    }, asOf);
  });
  const identities = [...applicationIdentities, ...principalIdentities];
  const subscriptionRows = subscriptionsOf(related);
  const groups = managementGroupsOf(related);
  const policies = joinPolicies(related);
  const objects = [...policies.objects, ...subscriptionRows, ...groups, ...deletedOf(related, deletedApplications.id, DELETED_APPLICATION), ...deletedOf(related, deletedPrincipals.id, DELETED_PRINCIPAL)];
  const events = joinEvents(related, identities, asOf);
  const identitiesOf = (source: string, kind: string): Fact<number> => countOf(related, source, identities.filter((identity) => identity.kind === kind).length);
  const credentialsBy = (source: string, kind: string): Fact<number> => countOf(related, source, credentials.filter((credential) => credential.kind === kind).length);
  return {
    identityKinds: [APPLICATION, BLUEPRINT, ...PRINCIPAL_KINDS],
    identities, credentials, grants: rights.grants, trusts: federated.map((each) => trustOf(unit.id, each)), objects, events: events.events,
    populations: {
      ...ofSubscriptions(), ...policies.populations, [SUBSCRIPTION_ROW]: subscriptionCount(related, subscriptionRows.length), [MANAGEMENT_GROUP_ROW]: countOf(related, MANAGEMENT_GROUPS, groups.length),
      [APPLICATION]: identitiesOf(APPLICATIONS, APPLICATION), [BLUEPRINT]: identitiesOf(APPLICATIONS, BLUEPRINT), ...Object.fromEntries(PRINCIPAL_KINDS.map((kind) => [kind, identitiesOf(PRINCIPALS, kind)])),
      [PASSWORD]: credentialsBy(APPLICATIONS, PASSWORD), [CERTIFICATE]: credentialsBy(APPLICATIONS, CERTIFICATE),
      [PRINCIPAL_PASSWORD]: credentialsBy(PRINCIPALS, PRINCIPAL_PASSWORD), [PRINCIPAL_CERTIFICATE]: credentialsBy(PRINCIPALS, PRINCIPAL_CERTIFICATE),
      [FEDERATED_CREDENTIAL]: federatedPopulation(related, listed, federated.length),
      [DELETED_APPLICATION]: countOf(related, deletedApplications.id, objects.filter(({ kind }) => kind === DELETED_APPLICATION).length), [DELETED_PRINCIPAL]: countOf(related, deletedPrincipals.id, objects.filter(({ kind }) => kind === DELETED_PRINCIPAL).length),
    },
    controlTotals: [...controlTotals(related, listed.length, listedPrincipals.length), ...queryTotals(related)],
    unplaced: [
      ...listed.filter(({ value }) => kindOfApplication(value) === null).map(({ row }) => row), ...listedPrincipals.filter(({ value }) => kindOfPrincipal(value) === null).map(({ row }) => row),
      ...rights.unplaced, ...events.unplaced,
    ],
  };
}

/** An application itself has no rights: those of the service principal that stands for it are what its credentials give. */
function privilegeOfApplication(related: Related, principal: string | undefined, privilegeOf: (principal: string) => Fact<Privilege>): Fact<Privilege> {
  if (principal !== undefined) return privilegeOf(principal);
  return notClosed(related, PRINCIPALS) ?? known<Privilege>({ level: 'not_administrator', via: [] }, listRefs(related, PRINCIPALS), { note: 'it has no service principal in this tenant, and so no rights here' });
}

function subscriptionsOf(related: Related): readonly ObjectRow[] {
  return parsedRows(related, SUBSCRIPTIONS, SUBSCRIPTION_ROW, subscriptionSchema).map(({ value, row }): ObjectRow => ({
    type: 'object', key: row.key, id: value.subscriptionId, kind: SUBSCRIPTION_ROW, unit: related.unit.id, name: value.displayName ?? value.subscriptionId, created: unknown('not_reported', 'Azure gives no date of a subscription'),
    expires: unknown('not_reported', 'Azure gives no end of a subscription'), detail: { state: value.state ?? null, tenant: value.tenantId ?? null }, refs: row.refs,
  }));
}

function managementGroupsOf(related: Related): readonly ObjectRow[] {
  return parsedRows(related, MANAGEMENT_GROUPS, MANAGEMENT_GROUP_ROW, managementGroupSchema).map(({ value, row }): ObjectRow => ({
    type: 'object', key: row.key, id: value.id, kind: MANAGEMENT_GROUP_ROW, unit: related.unit.id, name: value.displayName ?? value.name, created: unknown('not_reported', 'Resource Graph gives no date of it'), expires: notApplicable('a management group has no end'),
    detail: { parent: value.parent === '' ? null : (value.parent ?? null) }, refs: row.refs,
  }));
}

/** Only those in which the login has a role are listed, so that an empty list is no access or none. */
function subscriptionCount(related: Related, count: number): Fact<number> {
  const listed = countOf(related, SUBSCRIPTIONS, count);
  return listed.status === 'known' && count === 0 ? unknown('incomplete', 'Azure lists only subscriptions in which the login has a role, and it has none in any: there may be others') : listed;
}

function deletedOf(related: Related, source: string, kind: string): readonly ObjectRow[] {
  return parsedRows(related, source, kind, deletedSchema).map(({ value, row }): ObjectRow => ({
    type: 'object', key: rowKey(related.unit.id, `deleted|${value.id}`), id: value.id, kind, unit: related.unit.id, name: value.displayName ?? value.appId ?? value.id, created: unknown('not_reported', 'when it was made is not asked of what is deleted'),
    expires: unknown('not_reported', 'it can be restored for 30 days from when it was deleted'), detail: { appId: value.appId ?? null, deleted: value.deletedDateTime ?? null }, refs: row.refs,
  }));
}

/** A count over the lists of all applications: known only where every one of them closed. */
function federatedPopulation(related: Related, applications: readonly Parsed<Application>[], count: number): Fact<number> {
  const open = notClosed(related, APPLICATIONS);
  if (open !== null) return open;
  const refs: PageReference[] = [...listRefs(related, APPLICATIONS)];
  for (const { value } of applications) {
    const unread = notClosed(related, FEDERATED, value.id);
    if (unread !== null) return { ...unread, detail: `application ${value.appId}: ${unread.detail}` };
    refs.push(...listRefs(related, FEDERATED, value.id));
  }
  return known(count, refs);
}

// SPDX-License-Identifier: Apache-2.0
import { known, type Fact } from '../../src/model/fact.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { ControlTotal, JoinContext, Related, UnitInventory } from '../../src/model/source.ts';
import { APPLICATION, FEDERATED_CREDENTIAL, identityOf } from './join-applications.ts';
import { CERTIFICATE, credentialsOf, PASSWORD } from './join-credentials.ts';
import { trustOf } from './join-federated.ts';
import { countOf, listRefs, notClosed, parsedRows, type Parsed } from '../../src/model/read-facts.ts';
import { OWNERS, ownerRowSchema } from './sources/application-owners.ts';
import { applicationsCount, applicationsCountAfter, countSchema } from './sources/applications-count.ts';
import { applicationSchema, APPLICATIONS, type Application } from './sources/applications.ts';
import { FEDERATED, federatedRowSchema } from './sources/federated-credentials.ts';

/** All rows of one tenant, from the rows of its sources. A read that failed leaves its facts unknown, with its cause; it never leaves them empty. */
export function join(related: Related, { asOf }: JoinContext): UnitInventory {
  const { unit } = related;
  const listed = parsedRows(related, APPLICATIONS, APPLICATION, applicationSchema);
  const applications = listed.filter(({ value }) => isApplication(value));
  const owners = Map.groupBy(parsedRows(related, OWNERS, 'azure.application-owner', ownerRowSchema), ({ value }) => value.application);
  const federated = parsedRows(related, FEDERATED, FEDERATED_CREDENTIAL, federatedRowSchema);
  const federatedOf = Map.groupBy(federated, ({ value }) => value.application);
  const held = applications.map((application) => ({ application, credentials: credentialsOf(unit.id, application, asOf) }));
  const credentials = held.flatMap((each) => each.credentials);
  const counted = (kind: string): Fact<number> => countOf(related, APPLICATIONS, credentials.filter((credential) => credential.kind === kind).length);
  return {
    identityKinds: [APPLICATION],
    identities: held.map(({ application, credentials: own }) => identityOf(related, application, own, owners.get(application.value.id) ?? [], countOf(related, FEDERATED, federatedOf.get(application.value.id)?.length ?? 0, application.value.id))),
    credentials, grants: [], trusts: federated.map((each) => trustOf(unit.id, each)), objects: [],
    populations: { [APPLICATION]: countOf(related, APPLICATIONS, applications.length), [PASSWORD]: counted(PASSWORD), [CERTIFICATE]: counted(CERTIFICATE), [FEDERATED_CREDENTIAL]: federatedPopulation(related, listed, federated.length) },
    controlTotals: [applicationTotal(related, listed.length)],
    unplaced: listed.filter(({ value }) => !isApplication(value)).map(({ row }) => row),
  };
}

/** Whether an item of the list is a plain application; Graph names the type of those that are something more, agents for one. */
function isApplication({ '@odata.type': type }: Application): boolean {
  return type === undefined || type === '#microsoft.graph.application';
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

/** The directory counts its applications by an index that lags; so the count is asked before and after the list. */
function applicationTotal(related: Related, listed: number): ControlTotal {
  const before = countFrom(related, applicationsCount.id);
  const after = countFrom(related, applicationsCountAfter.id);
  const ours = notClosed(related, APPLICATIONS) === null ? listed : null;
  const state = before === null || after === null || ours === null ? 'unavailable' : before.count !== after.count ? 'changed_during_scan' : before.count === ours ? 'equal' : 'differs';
  return {
    name: 'Principals', unit: related.unit.id, method: '/applications/$count with ConsistencyLevel: eventual, before and after the list, against the list of application registrations', before: before?.count ?? null, after: after?.count ?? null, listed: ours, state,
    note: 'application registrations; the count comes from an index that follows changes with a delay, and service principals and managed identities are not counted', refs: [...(before?.refs ?? []), ...(after?.refs ?? [])],
  };
}

function countFrom(related: Related, source: string): { readonly count: number; readonly refs: readonly PageReference[] } | null {
  const row = parsedRows(related, source, 'azure.application-count', countSchema)[0];
  return row === undefined ? null : { count: row.value.count, refs: row.row.refs };
}

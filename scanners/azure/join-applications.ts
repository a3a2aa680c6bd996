// SPDX-License-Identifier: Apache-2.0
import { known, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { listRefs, notClosed, type Parsed } from '../../src/model/read-facts.ts';
import type { Credential, Identity, LastUse, OwnerClaim, Privilege } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { CERTIFICATE, lockOf, PASSWORD, type Holder } from './join-credentials.ts';
import { ownersListed } from './join-owners.ts';
import { momentOf } from './read-facts.ts';
import { rowKey } from './shapes.ts';
import { OWNERS, type OwnerRow } from './sources/application-owners.ts';
import type { Application } from './sources/applications.ts';

export const APPLICATION = 'azure.application';
/** The application behind agents: a registration of its own type. */
export const BLUEPRINT = 'azure.agent-blueprint';
/** Counted beside passwords and certificates: how many workloads elsewhere may act as the application. */
export const FEDERATED_CREDENTIAL = 'azure.federated-credential';

const NO_SOURCE = unknown('no_source', 'purposes come from tags, the description and the owners file');

/** The kind of an item of the list of applications; null for a type that is not known. https://learn.microsoft.com/en-us/graph/api/resources/agentidentityblueprint */
export function kindOfApplication({ '@odata.type': type }: Application): string | null {
  if (type === undefined || type === '#microsoft.graph.application') return APPLICATION;
  return type === '#microsoft.graph.agentIdentityBlueprint' ? BLUEPRINT : null;
}

/** An application as what holds credentials. */
export function holderOfApplication({ value, row }: Parsed<Application>): Holder {
  return {
    id: value.id, kinds: { password: PASSWORD, certificate: CERTIFICATE }, responsibility: 'entity', passwords: value.passwordCredentials, keys: value.keyCredentials, refs: row.refs,
    locked: lockOf('application', value.disabledByMicrosoftStatus),
  };
}

/** What is known of an application beside its own list: by its client id, and by its id. */
export interface AboutApplication { readonly credentials: readonly Credential[]; readonly owners: readonly Parsed<OwnerRow>[]; readonly federated: Fact<number>; readonly lastUsed: Fact<LastUse>; readonly privilege: Fact<Privilege> }

/** One application with what hangs from it. `federated`: how many federated credentials it has. */
export function identityOfApplication(related: Related, { value, row }: Parsed<Application>, { credentials, owners, federated, lastUsed, privilege }: AboutApplication): Identity {
  const count = (kind: string): Fact<number> => known(credentials.filter((credential) => credential.kind === kind).length, row.refs);
  return {
    type: 'identity', key: rowKey(related.unit.id, value.id), id: value.id, idBasis: 'provider', kind: kindOfApplication(value) ?? APPLICATION, unit: related.unit.id, name: value.displayName ?? value.appId, address: value.appId, responsibility: 'entity',
    classification: { class: 'non-human', basis: 'rule', rule: 'an application registration', refs: row.refs },
    created: momentOf(value.createdDateTime, row.refs), lastUsed, interactiveLogin: notApplicable('nobody signs in as an application with a password of a person'), privilege,
    tags: known(tagsOf(value), row.refs), owner: ownerOf(related, value, owners), purpose: NO_SOURCE, review: unknown('no_source', 'reviews come from the owners file'),
    credentialCounts: { [PASSWORD]: count(PASSWORD), [CERTIFICATE]: count(CERTIFICATE), [FEDERATED_CREDENTIAL]: federated }, self: false, refs: row.refs,
  };
}

/** Tags of an object are plain texts; `name:value` and `name=value` are read as such. Its description, which its users may read, stands among them. */
export function tagsOf({ tags, description }: { readonly tags?: readonly string[] | null | undefined; readonly description?: string | null | undefined }): { readonly [key: string]: string } {
  const pairs = (tags ?? []).map((tag): [string, string] => {
    const at = tag.search(/[:=]/);
    return at < 1 ? [tag, ''] : [tag.slice(0, at).trim(), tag.slice(at + 1).trim()];
  });
  return Object.fromEntries([...(description === null || description === undefined ? [] : [['description', description] as const]), ...pairs]);
}

/** Who Entra ID records as owner. Known null: the list was read, and is empty. */
export function ownerOf(related: Related, { id }: Pick<Application, 'id'>, owners: readonly Parsed<OwnerRow>[]): Fact<OwnerClaim | null> {
  return notClosed(related, OWNERS, id) ?? ownersListed(owners, listRefs(related, OWNERS, id));
}

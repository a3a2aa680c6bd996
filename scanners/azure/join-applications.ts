// SPDX-License-Identifier: Apache-2.0
import { known, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { byCodeUnit } from '../../src/model/json.ts';
import type { Credential, Identity, OwnerClaim } from '../../src/model/row.ts';
import type { Related } from '../../src/model/source.ts';
import { CERTIFICATE, PASSWORD } from './join-credentials.ts';
import { listRefs, notClosed, type Parsed } from '../../src/model/read-facts.ts';
import { momentOf } from './read-facts.ts';
import { rowKey } from './shapes.ts';
import { OWNERS, type OwnerRow } from './sources/application-owners.ts';
import type { Application } from './sources/applications.ts';

export const APPLICATION = 'azure.application';
/** Counted beside passwords and certificates: how many workloads elsewhere may act as the application. */
export const FEDERATED_CREDENTIAL = 'azure.federated-credential';

/** In words, for reports: how each class is decided. A declaration in the owners file goes before it. */
export const CLASSIFICATION_RULES: readonly string[] = ['Application registration: non-human, since it signs in with credentials of its own. One that only lets people sign in, and has none, is not told apart.'];

const NO_SOURCE = unknown('no_source', 'purposes come from tags, the description and the owners file');

/** One application with what hangs from it. `federated`: how many federated credentials it has. */
export function identityOf(related: Related, { value, row }: Parsed<Application>, credentials: readonly Credential[], owners: readonly Parsed<OwnerRow>[], federated: Fact<number>): Identity {
  const count = (kind: string): Fact<number> => known(credentials.filter((credential) => credential.kind === kind).length, row.refs);
  return {
    type: 'identity', key: rowKey(related.unit.id, value.id), id: value.id, idBasis: 'provider', kind: APPLICATION, unit: related.unit.id, name: value.displayName ?? value.appId, address: value.appId, responsibility: 'entity',
    classification: { class: 'non-human', basis: 'rule', rule: 'an application registration', refs: row.refs },
    created: momentOf(value.createdDateTime, row.refs), lastUsed: unknown('no_source', 'the report of sign-ins by application, a beta of Microsoft Graph, is not read by this version'),
    interactiveLogin: notApplicable('nobody signs in as an application with a password of a person'), privilege: unknown('no_source', 'app roles, delegated grants and directory roles are not read by this version'),
    tags: known(tagsOf(value), row.refs), owner: ownerOf(related, value, owners), purpose: NO_SOURCE, review: unknown('no_source', 'reviews come from the owners file'),
    credentialCounts: { [PASSWORD]: count(PASSWORD), [CERTIFICATE]: count(CERTIFICATE), [FEDERATED_CREDENTIAL]: federated }, self: false, refs: row.refs,
  };
}

/** Tags of an application are plain texts; `name:value` and `name=value` are read as such. Its description, which its users may read, stands among them. */
function tagsOf({ tags, description }: Application): { readonly [key: string]: string } {
  const pairs = tags.map((tag): [string, string] => {
    const at = tag.search(/[:=]/);
    return at < 1 ? [tag, ''] : [tag.slice(0, at).trim(), tag.slice(at + 1).trim()];
  });
  return Object.fromEntries([...(description === null || description === undefined ? [] : [['description', description] as const]), ...pairs]);
}

/** Who Entra ID records as owner. Known null: the list was read, and is empty. */
function ownerOf(related: Related, { id }: Application, owners: readonly Parsed<OwnerRow>[]): Fact<OwnerClaim | null> {
  const unread = notClosed(related, OWNERS, id);
  if (unread !== null) return unread;
  const refs = listRefs(related, OWNERS, id);
  if (owners.length === 0) return known<OwnerClaim | null>(null, refs);
  return known<OwnerClaim | null>({ owner: owners.map(({ value }) => nameOf(value)).toSorted(byCodeUnit).join(', '), source: 'owners in Entra ID', confidence: 'exact' }, [...refs, ...owners.flatMap(({ row }) => row.refs)]);
}

function nameOf({ '@odata.type': type, id, displayName, userPrincipalName }: OwnerRow): string {
  const name = userPrincipalName ?? displayName;
  return name !== null && name !== undefined && name !== '' ? name : `${type?.split('.').at(-1) ?? 'object'} ${id}`;
}

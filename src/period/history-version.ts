// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Fact } from '../model/fact.ts';
import type { When } from '../model/instant.ts';
import { canonicalJson } from '../model/json.ts';
import { PRINCIPAL_CLASSES, type Credential, type Identity } from '../model/row.ts';
import type { LifeStatus } from './history.ts';

const text = z.string();

/**
 * What history keeps of a row: what stays the same from run to run unless something happened. References, dates of reading and last use are
 * not among it. `lists`: for every kind of credential that an identity may hold, null where that list closed in the run, else why not.
 */
export const versionSchema = z.object({
  kind: text, idBasis: text, identity: text.nullable(), name: text.nullable(), responsibility: z.enum(['entity', 'provider']), class: z.enum(PRINCIPAL_CLASSES).nullable(),
  status: z.enum(['active', 'inactive', 'expired', 'unknown', 'present']), cause: text.nullable(), fields: z.record(text, text), lists: z.record(text, text.nullable()),
});
export type Version = z.output<typeof versionSchema>;

/** A row as history keeps it, the text that tells equal versions, and what it says of its creation. */
export interface Versioned { readonly version: Version; readonly text: string; readonly created: When | null }

export function versionOf(row: Identity | Credential): Versioned {
  const version = row.type === 'identity' ? ofIdentity(row) : ofCredential(row);
  return { version, text: canonicalJson(version), created: row.created.status === 'known' ? row.created.value : null };
}

function ofIdentity(row: Identity): Version {
  return {
    kind: row.kind, idBasis: row.idBasis, identity: null, name: row.name, responsibility: row.responsibility, class: row.classification.class, status: 'present', cause: null,
    fields: {
      name: row.name, class: row.classification.class,
      owner: inWords(row.owner, (claim) => (claim === null ? 'none recorded' : claim.owner)), purpose: inWords(row.purpose, (purpose) => purpose ?? 'none recorded'),
      privilege: inWords(row.privilege, ({ level }) => level.replaceAll('_', ' ')), 'person can sign in': inWords(row.interactiveLogin, (value) => (value ? 'yes' : 'no')),
    },
    lists: Object.fromEntries(Object.entries(row.credentialCounts).map(([kind, count]) => [kind, count.status === 'known' ? null : count.status === 'unknown' ? `${count.cause}: ${count.detail}` : count.reason])),
  };
}

function ofCredential(row: Credential): Version {
  const { status } = row;
  const own: LifeStatus = status.status === 'known' ? status.value : status.status === 'unknown' ? 'unknown' : 'present';
  return {
    kind: row.kind, idBasis: row.idBasis, identity: row.identity, name: row.name, responsibility: row.responsibility, class: null, status: own, cause: status.status === 'unknown' ? status.cause : null,
    fields: { holder: row.identity ?? `the unit ${row.unit}`, expires: inWords(row.expires, (expires) => ('never' in expires ? 'never' : expires.at)) }, lists: {},
  };
}

function inWords<T>(fact: Fact<T>, words: (value: T) => string): string {
  return fact.status === 'known' ? words(fact.value) : fact.status === 'unknown' ? `unknown: ${fact.cause}` : 'not applicable';
}

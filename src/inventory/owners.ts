// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../model/fact.ts';
import { parseInstant } from '../model/instant.ts';
import type { Identity, OwnerClaim, ReviewClaim } from '../model/row.ts';
import type { OwnerEntry, OwnersFile } from './owners-file.ts';
import { matchesPattern } from '../model/pattern.ts';

/** Where the owners file stands in a bundle; facts from it point here. */
export const OWNERS_INPUT = 'inputs/owners.json';

/**
 * Owner, purpose, last review and class of an identity, from the owners file first, an owner that the provider itself records second,
 * and tags last. In the file the first entry that matches and says the thing wins, field by field. Says what is recorded, never that the person knows or accepts it.
 */
export function withOwner(identity: Identity, file: OwnersFile, provided: boolean): Identity {
  const entries = file.owners.map((entry, index) => ({ entry, input: `${OWNERS_INPUT}#/owners/${index}` })).filter(({ entry }) => matches(entry, identity));
  const declared = entries.find(({ entry }) => entry.class !== undefined);
  const classification = declared?.entry.class === undefined ? identity.classification
    : { class: declared.entry.class, basis: 'declaration' as const, rule: `declared by ${declared.entry.declaredBy ?? ''} in ${declared.input}; by rule it is ${identity.classification.class}: ${identity.classification.rule}`, refs: identity.classification.refs };
  return { ...identity, classification, owner: ownerOf(identity, entries, file), purpose: purposeOf(identity, entries, file), review: reviewOf(identity, entries, provided) };
}

interface Found { readonly entry: OwnerEntry; readonly input: string }

function ownerOf(identity: Identity, entries: readonly Found[], file: OwnersFile): Fact<OwnerClaim | null> {
  const found = entries.find(({ entry }) => entry.owner !== undefined);
  if (found?.entry.owner !== undefined) {
    const exact = found.entry.match.id === identity.id || found.entry.match.address === identity.address;
    return known<OwnerClaim | null>({ owner: found.entry.owner, source: found.input, confidence: exact ? 'exact' : 'pattern' }, identity.refs, { input: found.input });
  }
  // A provider with a record of owners fills it in before; one without leaves it as having no source.
  const { owner: recorded } = identity;
  if (recorded.status === 'known' && recorded.value !== null) return recorded;
  const tagged = fromTags(identity, file.tags.owner, (value, tag): OwnerClaim => ({ owner: value, source: `tag ${tag}`, confidence: 'tag' }), 'neither the owners file nor a tag names an owner');
  if (tagged.status !== 'known' || tagged.value !== null) return tagged;
  if (recorded.status === 'unknown' && recorded.cause !== 'no_source') return recorded;
  return recorded.status === 'known' ? { ...tagged, refs: [...tagged.refs, ...recorded.refs], note: "neither the provider's own record, the owners file nor a tag names an owner" } : tagged;
}

function purposeOf(identity: Identity, entries: readonly Found[], file: OwnersFile): Fact<string | null> {
  const found = entries.find(({ entry }) => entry.purpose !== undefined);
  if (found?.entry.purpose !== undefined) return known<string | null>(found.entry.purpose, identity.refs, { input: found.input });
  return fromTags(identity, file.tags.purpose, (value) => value, 'neither the owners file nor a tag names a purpose');
}

function reviewOf(identity: Identity, entries: readonly Found[], provided: boolean): Fact<ReviewClaim | null> {
  const reviews = entries.flatMap(({ entry, input }) => {
    const on = entry.reviewed === undefined ? null : parseInstant(`${entry.reviewed.on}T00:00:00Z`);
    return entry.reviewed === undefined || on === null ? [] : [{ on, by: entry.reviewed.by, input }];
  });
  const latest = reviews.sort((a, b) => (a.on < b.on ? 1 : a.on > b.on ? -1 : 0))[0];
  if (latest !== undefined) return known<ReviewClaim | null>({ on: latest.on, by: latest.by, basis: 'typed only' }, identity.refs, { input: latest.input });
  if (!provided) return unknown('no_source', 'no owners file was given, so nothing records a review');
  return known<ReviewClaim | null>(null, identity.refs, { input: OWNERS_INPUT, note: 'the owners file records no review of it' });
}

/** Known as none only where the tags could be read; unread tags leave it unknown. */
function fromTags<T>(identity: Identity, keys: readonly string[], make: (value: string, tag: string) => T, absent: string): Fact<T | null> {
  if (identity.tags.status === 'unknown') return identity.tags;
  if (identity.tags.status === 'not_applicable') return known<T | null>(null, identity.refs, { note: absent });
  const tags = identity.tags;
  for (const key of keys) {
    const hit = Object.keys(tags.value).sort().find((name) => name.toLowerCase() === key.toLowerCase() && (tags.value[name] ?? '').trim() !== '');
    // A value that was removed before disk says nothing, least of all that there is one.
    if (hit !== undefined && /^\[redacted: [^\]]*\]$/.test(tags.value[hit] ?? '')) return unknown('unrecognized', `the tag ${hit} held what looks like a secret and was removed`);
    if (hit !== undefined) return known<T | null>(make(tags.value[hit] ?? '', hit), tags.refs);
  }
  return known<T | null>(null, tags.refs, { note: absent });
}

function matches(entry: OwnerEntry, identity: Identity): boolean {
  const { id, name, address, kind, unit } = entry.match;
  return (id === undefined || matchesPattern(id, identity.id)) && (name === undefined || matchesPattern(name, identity.name)) && (address === undefined || matchesPattern(address, identity.address)) &&
    (kind === undefined || matchesPattern(kind, identity.kind)) && (unit === undefined || matchesPattern(unit, identity.unit));
}

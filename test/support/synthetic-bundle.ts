// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeJsonLines } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { known, notApplicable, unknown, type Fact } from '../../src/model/fact.ts';
import { exactly, noLaterThan, plusDays, type Instant, type When } from '../../src/model/instant.ts';
import { byCodeUnit, canonicalJson } from '../../src/model/json.ts';
import { callId, pageReference, type PageReference } from '../../src/model/reference.ts';
import type { Classification, Credential, Identity, LastUse, OwnerClaim, ReviewClaim } from '../../src/model/row.ts';
import { clusterRows } from './synthetic-cluster.ts';
import { syntheticCoverageUnits, syntheticRecords, type SyntheticCounts } from './synthetic-records.ts';
import { grantsOf, objectsOf, trustsOf } from './synthetic-rows.ts';
import { verdictsOf } from './synthetic-verdicts.ts';

export const SYNTHETIC_AS_OF = '2026-11-22T09:30:00.000Z' as Instant;

export interface SyntheticOptions {
  /** How many credentials; identities are about 0.7 of that. */
  readonly credentials: number;
  readonly seed: number;
  /** Names that try to be markup, formulas, terminal escapes, other directions of writing. */
  readonly hostile?: boolean;
  /** How many accounts share them; 3 where absent. */
  readonly units?: number;
  /** How many clusters of 12 service accounts stand beside them; none where absent. */
  readonly clusters?: number;
}

export interface Synthetic { readonly identities: number; readonly credentials: number; readonly trusts: number; readonly verdicts: number }

/** Names that a report must show without obeying them. */
export const HOSTILE_NAMES: readonly string[] = [
  '=HYPERLINK("http://attacker.invalid","x")', '+1+1', '-2+3', '@SUM(A1)', '\t=1+1', '\r=1+1', ' =1+1', '\u3000\uff1d1+1', '\uff0b1', "'=already quoted", '=cmd|\'/C calc\'!A0',
  '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</script><script>alert(2)</script>', '<!--', ']]>', '&lt;b&gt;', '\u001b[2J\u001b]0;owned\u0007', '\u202egnp.exe', '\u2066abc\u2069', 'a\u200bb\ufeff',
  '../../etc/passwd', 'C:\\x', 'line\nbreak,"quoted"', 'semi;colon', '_x0041_', 'null\u0000byte', '\ud800 lone', '\uffff', 'unknown: denied', 'n/a: nothing', 'none', '', ' ', 'caf\u00e9 \u65e5\u672c \ud83d\udd11', '0012', '1e5', '2026-01-01',
  '123456789012345678901', 'x'.repeat(600), '{{constructor.constructor("alert(3)")()}}', '${7*7}', 'javascript:alert(4)', '\u0627\u0644\u0639\u0631\u0628\u064a\u0629', '\\u{202e}', '__proto__', 'constructor',
];

/** A pseudo-random number in [0, 1) from a seed: the same on every machine (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Writes a bundle's folder (run, scope, coverage, inventory, verdicts, evidence; no pages, no populations, no seal) that fits every
 * schema, equal for equal options. Its numbers tie as a real one's would, but for the differences that it tells in its coverage.
 */
export async function writeSyntheticBundle(dir: string, options: SyntheticOptions): Promise<Synthetic> {
  const random = randomOf(options.seed);
  const unitIds = Array.from({ length: options.units ?? 3 }, (_, index) => `aws:${String(111_122_223_333 + index * 1_000_001).padStart(12, '0')}`);
  const share = Math.ceil(options.credentials / unitIds.length);
  const identities: Identity[] = [];
  const credentials: Credential[] = [];
  let left = options.credentials;
  for (const unit of unitIds) {
    const count = Math.min(share, left);
    left -= count;
    fillUnit(unit, count, options.hostile === true, random, identities, credentials);
  }
  const clusterIds = Array.from({ length: options.clusters ?? 0 }, (_, index) => `kubernetes:0000000${index}-aaaa-4bbb-8ccc-000000000000`);
  for (const unit of clusterIds) {
    const rows = clusterRows(unit, 12, SYNTHETIC_AS_OF, random);
    identities.push(...rows.identities);
    credentials.push(...rows.credentials);
  }
  identities.sort((a, b) => byCodeUnit(a.key, b.key));
  credentials.sort((a, b) => byCodeUnit(a.key, b.key));
  const trusts = identities.flatMap((identity, index) => trustsOf(identity, index, options.hostile === true));
  await writeJsonLines(join(dir, BUNDLE.identities), identities);
  await writeJsonLines(join(dir, BUNDLE.credentials), credentials);
  await writeJsonLines(join(dir, BUNDLE.grants), identities.flatMap(grantsOf));
  await writeJsonLines(join(dir, BUNDLE.trusts), trusts);
  await writeJsonLines(join(dir, BUNDLE.objects), unitIds.flatMap((unit) => objectsOf(unit, options.hostile === true)));
  const { verdicts, folded } = verdictsOf(identities, credentials, trusts, SYNTHETIC_AS_OF);
  await writeJsonLines(join(dir, BUNDLE.verdicts), [...verdicts, ...folded]);
  const counts: SyntheticCounts = { unitIds: [...unitIds, ...clusterIds], identities, credentials, verdicts, folded, asOf: SYNTHETIC_AS_OF, hostile: options.hostile === true };
  for (const [file, value] of syntheticRecords(counts)) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), `${canonicalJson(value)}\n`);
  }
  await writeJsonLines(join(dir, BUNDLE.coverageUnits), syntheticCoverageUnits(counts));
  return { identities: identities.length, credentials: credentials.length, trusts: trusts.length, verdicts: verdicts.length };
}

function fillUnit(unit: string, count: number, hostile: boolean, random: () => number, identities: Identity[], credentials: Credential[]): void {
  const authorization = (...pointer: (string | number)[]): PageReference => pageReference({ unit, source: 'aws.iam.authorization-details', parent: null }, 1, pointer);
  const account = unit.slice(4);
  identities.push(identityOf(unit, 'aws.root', `${account}|root`, 'account|root', '<root_account>', `arn:aws:iam::${account}:root`, { class: 'human', basis: 'rule', rule: 'the root user is a person\'s break-glass', refs: [authorization()] }, random, [authorization()]));
  let made = 0;
  let index = 0;
  while (made < count) {
    const refs = [authorization('UserDetailList', index), pageReference({ unit, source: 'aws.iam.credential-report', parent: null }, 1, ['rows', index])];
    const name = nameOf(index, hostile, random);
    if (index % 5 === 4) {
      const id = `AROA${token(random, 17)}`;
      const role = identityOf(unit, 'aws.role', id, 'provider', name, `arn:aws:iam::${account}:role/${name}`, classOf(index, refs), random, refs);
      identities.push(index % 20 === 14 ? { ...role, responsibility: 'provider', self: false } : { ...role, self: index === 4 });
      index += 1;
      continue;
    }
    const id = `AIDA${token(random, 17)}`;
    const user = identityOf(unit, 'aws.user', id, 'provider', name, `arn:aws:iam::${account}:user/${name}`, classOf(index, refs), random, refs);
    const own = Math.min(count - made, 1 + Math.floor(random() * 2.2));
    for (let nth = 0; nth < own; nth += 1) credentials.push(credentialOf(unit, user, made + nth, nth, random));
    made += own;
    const counted = unknown('denied', 'ListAccessKeys was denied', [callId({ unit, source: 'aws.iam.access-keys', parent: id }, 1, 1)]);
    identities.push({ ...user, credentialCounts: { 'aws.access-key': index % 23 === 7 ? counted : known(own, refs) } });
    index += 1;
  }
}

function identityOf(unit: string, kind: string, id: string, idBasis: string, name: string, address: string, classification: Classification, random: () => number, refs: readonly PageReference[]): Identity {
  const denied = unknown('denied', 'aws.iam.authorization-details was denied', [callId({ unit, source: 'aws.iam.authorization-details', parent: null }, 1, 1)]);
  const pick = random();
  const created = plusDays(SYNTHETIC_AS_OF, -Math.floor(random() * 2000) - random());
  const owner: Fact<OwnerClaim | null> = pick < 0.5 ? known({ owner: `team-${Math.floor(random() * 40)}@company.example`, source: pick < 0.3 ? 'tag owner' : 'inputs/owners.json#/owners/2', confidence: pick < 0.3 ? 'tag' : 'pattern' }, refs) : pick < 0.8 ? known(null, refs) : unknown('no_source', 'no tags and no owners file could be read');
  const purpose: Fact<string | null> = pick < 0.4 ? known(['deploys the shop', 'nightly backup', 'reads metrics'][Math.floor(random() * 3)] ?? '', refs) : pick < 0.8 ? known(null, refs) : unknown('no_source', 'no tags and no owners file could be read');
  const review: Fact<ReviewClaim | null> = pick < 0.2 ? known({ on: plusDays(SYNTHETIC_AS_OF, -40), by: 'a.person@company.example', basis: 'typed only' }, refs) : known(null, refs);
  const administrator = pick < 0.08;
  return {
    type: 'identity', key: `${unit}/${id}`, id, idBasis, kind, unit, name, address, responsibility: 'entity', classification,
    created: pick > 0.97 ? denied : known(exactly(created), refs),
    lastUsed: lastUseOf(created, random, refs, kind === 'aws.user' ? unknown('not_reported', 'a user has no last use of its own') : denied),
    interactiveLogin: kind === 'aws.role' ? notApplicable('a role has no password') : known(classification.class === 'human' || classification.class === 'both', refs),
    privilege: pick > 0.93 ? unknown('incomplete', 'the list of policies did not close') : known({ level: administrator ? 'administrator' : 'not_administrator', via: administrator ? ['attached AdministratorAccess', 'group admins: AdministratorAccess'] : [] }, refs),
    tags: known(pick < 0.3 ? { owner: 'team', 'cost center': '0042' } : {}, refs), owner, purpose, review, credentialCounts: {}, self: false, refs,
  };
}

function credentialOf(unit: string, user: Identity, index: number, nth: number, random: () => number): Credential {
  const refs = [pageReference({ unit, source: 'aws.iam.access-keys', parent: user.id }, 1, ['AccessKeyMetadata', nth])];
  const created = plusDays(SYNTHETIC_AS_OF, index % 31 === 0 ? -90 : -Math.floor(random() * 900) - random());
  const base = { type: 'credential' as const, unit, identity: user.key, responsibility: 'entity' as const, refs };
  const throttled = unknown('throttled', 'GetAccessKeyLastUsed was throttled six times', [callId({ unit, source: 'aws.iam.access-key-last-used', parent: user.id }, 1, 6)]);
  const lastUsed = lastUseOf(created, random, refs, throttled);
  const never: Credential['expires'] = known({ never: true }, refs);
  if (index % 40 === 13) {
    const id = `ASCA${token(random, 17)}`;
    return { ...base, key: `${unit}/${id}`, id, idBasis: 'provider', kind: 'aws.server-certificate', identity: null, name: `certificate-${index}`, status: known('active', refs), created: known(exactly(created), refs), expires: known({ at: plusDays(SYNTHETIC_AS_OF, (index % 400) - 60) }, refs), lastUsed: unknown('not_reported', 'IAM reports no use of a server certificate'), audience: null };
  }
  if (index % 17 === 5) {
    const id = `ACCA${token(random, 17)}`;
    return { ...base, key: `${unit}/${id}`, id, idBasis: 'provider', kind: 'aws.service-specific-credential', name: `${user.name}-at-${user.unit.slice(4)}`, status: known('active', refs), created: known(exactly(created), refs), expires: index % 2 === 0 ? known({ at: plusDays(SYNTHETIC_AS_OF, 20) }, refs) : never, lastUsed: unknown('not_reported', 'IAM reports no use of it'), audience: index % 2 === 0 ? 'bedrock.amazonaws.com' : 'codecommit.amazonaws.com' };
  }
  if (index % 29 === 11) {
    const id = `APKA${token(random, 17)}`;
    return { ...base, key: `${unit}/${id}`, id, idBasis: 'provider', kind: 'aws.ssh-public-key', name: null, status: known('inactive', refs), created: unknown('not_requested', 'GetSSHPublicKey is read at depth deep only'), expires: never, lastUsed: notApplicable('no provider records its use'), audience: 'codecommit.amazonaws.com' };
  }
  const slot = index % 19 === 3;
  const id = slot ? `${user.id}|slot${nth + 1}` : `AKIA${token(random, 16)}`;
  const when: Fact<When> = index % 37 === 1 ? unknown('denied', 'ListAccessKeys was denied') : known(slot ? noLaterThan(created) : index % 41 === 2 ? { from: plusDays(created, -30), to: created } : exactly(created), refs);
  return {
    ...base, key: `${unit}/${id}`, id, idBasis: slot ? 'name|slot' : 'provider', kind: 'aws.access-key', name: null,
    status: index % 43 === 4 ? unknown('denied', 'ListAccessKeys was denied') : known(index % 6 === 5 ? 'inactive' : 'active', refs), created: when, expires: never, lastUsed, audience: null,
  };
}

function lastUseOf(created: Instant, random: () => number, refs: readonly PageReference[], otherwise: Fact<LastUse>): Fact<LastUse> {
  const pick = random();
  if (pick < 0.6) return known({ at: plusDays(SYNTHETIC_AS_OF, -Math.floor(random() * 400) - random()), where: 's3 in eu-west-1' }, refs, { granularity: 'hour' });
  if (pick < 0.75) return known({ none: true, since: created > '2015-04-22' ? created : null }, refs, { trackedSince: '2015-04-22T00:00:00.000Z' as Instant });
  if (pick < 0.85) return known({ none: true, since: null }, refs);
  return otherwise;
}

function classOf(index: number, refs: readonly PageReference[]): Classification {
  const pick = index % 10;
  if (pick < 6) return { class: 'non-human', basis: 'rule', rule: 'has keys and no password', refs };
  if (pick < 8) return { class: 'both', basis: 'rule', rule: 'has keys and a password', refs };
  if (pick < 9) return { class: 'undecided', basis: 'rule', rule: 'has neither keys nor a password', refs };
  return { class: 'human', basis: 'declaration', rule: 'declared by a.person in inputs/owners.json#/owners/0', refs };
}

function nameOf(index: number, hostile: boolean, random: () => number): string {
  const plain = `${['ci-deploy', 'backup', 'metrics-reader', 'terraform', 'partner-feed'][Math.floor(random() * 5)] ?? 'x'}-${index}`;
  return hostile && index % 2 === 0 ? (HOSTILE_NAMES[(index / 2) % HOSTILE_NAMES.length] ?? plain) : plain;
}

function token(random: () => number, length: number): string {
  return Array.from({ length }, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Math.floor(random() * 32)] ?? 'A').join('');
}

// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Check, ParametersInForce } from '../../src/checks/define.ts';
import { parametersInForce } from '../../src/evidence/controls.ts';
import { known, notApplicable, UNKNOWN_CAUSES, type Fact } from '../../src/model/fact.ts';
import { exactly, instantOf, instantSchema, millisecondsOf, noLaterThan, type Instant } from '../../src/model/instant.ts';
import { jsonObjectSchema, type Json } from '../../src/model/json.ts';
import { credentialSchema, identitySchema, trustSchema, type Credential, type Identity, type Trust } from '../../src/model/row.ts';
import { RESULTS, type FoldedVerdict, type Result, type Verdict } from '../../src/model/verdict.ts';
import { credential, identity, inventoryOf, read, ref, ROWS_AS_OF, ROWS_UNIT, trust, unread } from '../support/rows.ts';
import { runAll } from '../support/run-checks.ts';

const rowSchema = z.record(z.string(), z.unknown());
/** What only Kubernetes tells of an account: each known and empty where a case does not say otherwise, `null` where the row lacks it. */
const particularsSchema = z.partialRecord(z.enum(['kubernetes.workloads', 'kubernetes.powers', 'kubernetes.bindings', 'kubernetes.projected-tokens']), z.unknown());

/** `fixtures/checks/<id>.json`. `at` and `past` name the parameter of which the case stands exactly at the limit, or one day past it. */
const casesSchema = z.strictObject({
  /** Every result that the check can give of known facts. */
  gives: z.array(z.enum(RESULTS)).min(2),
  cases: z.array(z.strictObject({
    name: z.string().min(1),
    given: z.strictObject({ identity: rowSchema.optional(), particulars: particularsSchema.optional(), credential: rowSchema.optional(), credentials: z.array(rowSchema).optional(), trust: rowSchema.optional() }),
    asOf: instantSchema.default(ROWS_AS_OF),
    parameters: jsonObjectSchema.default({}),
    at: z.string().optional(), past: z.string().optional(),
    expect: z.strictObject({ result: z.enum(RESULTS), reasonIncludes: z.string().optional() }),
  })).min(2),
});
export type CaseFile = z.output<typeof casesSchema>;
export type Case = CaseFile['cases'][number];

/** The cases of a check. Throws where there are none, or one does not fit. */
export async function casesOf(check: string): Promise<CaseFile> {
  return casesSchema.parse(JSON.parse(await readFile(new URL(`../../fixtures/checks/${check}.json`, import.meta.url), 'utf8')));
}

/** Rows of one subject with what stands around it. */
export interface Rows { readonly identity: Identity; readonly credentials: readonly Credential[]; readonly trusts: readonly Trust[] }

/** Rows of a case: defaults with what the case says. In cases `asOf-90d` is a moment, `{"made": …}` and `{"known": …}` are facts. */
export function rowsOf(check: Check, { given, asOf }: Case): Rows {
  const kind = check.kinds[0] === '*' || check.kinds[0] === undefined ? 'aws.user' : check.kinds[0];
  const listed = [...(given.credential === undefined ? [] : [given.credential]), ...(given.credentials ?? [])];
  if (check.subject === 'credential' && listed.length === 0) listed.push({});
  // Parsing what a case made of the defaults is what keeps a misspelt field from passing silently.
  const held = kind.startsWith('kubernetes.') ? 'kubernetes.service-account-token' : 'aws.access-key';
  const credentials = listed.map((row, index): Credential => credentialSchema.strict().parse({ ...credential({ id: `AKIAEXAMPLE${index}`, kind: check.subject === 'credential' ? kind : held }), ...expandRow(row, asOf) }) as Credential);
  const subjectKind = check.subject === 'identity' ? { kind } : check.subject === 'trust' ? { id: 'AROAEXAMPLE', kind: 'aws.role' } : {};
  const count = read(credentials.filter((row) => row.kind === held).length, 'count of credentials');
  const { id } = given.identity ?? {};
  const account = kind === 'kubernetes.service-account' ? { name: 'shop/checkout', address: 'system:serviceaccount:shop:checkout', particulars: particularsOf(given.particulars ?? {}, asOf) } : {};
  const subject = identitySchema.strict().parse({ ...identity({ credentialCounts: { [held]: count }, ...subjectKind, ...account, ...(typeof id === 'string' ? { id } : {}) }), ...expandRow(given.identity ?? {}, asOf) }) as Identity;
  const trusts: Trust[] = check.subject === 'trust' ? [trustSchema.strict().parse({ ...trust(), ...expandRow(given.trust ?? {}, asOf) })] : [];
  return { identity: subject, credentials, trusts };
}

function particularsOf(given: z.output<typeof particularsSchema>, asOf: Instant): NonNullable<Identity['particulars']> {
  const none = Object.fromEntries(particularsSchema.keyType.options.map((name) => [name, read<Json>([], name)]));
  const present = Object.entries({ ...none, ...expandRow(given, asOf) }).filter(([, fact]) => fact !== null);
  return identitySchema.shape.particulars.parse(Object.fromEntries(present)) ?? {};
}

/** What a check says of a case's subject. */
export interface Said { readonly result: Result; readonly reason: string; readonly calls: readonly string[]; readonly verdict: Verdict | null; readonly folded: FoldedVerdict | null }

export function parametersOf(check: Check, given: { readonly [name: string]: Json }): ReadonlyMap<string, ParametersInForce> {
  const inForce = parametersInForce([check], []).get(check.id) ?? { values: {}, thresholds: [] };
  return new Map([[check.id, { ...inForce, values: { ...inForce.values, ...given } }]]);
}

/** Runs a check over rows as a scan would, and finds what it says of the subject. Throws where it says nothing or two things. */
export function say(check: Check, rows: Rows, asOf: Instant, parameters: { readonly [name: string]: Json }): Said {
  const subject = check.subject === 'identity' ? rows.identity : check.subject === 'credential' ? rows.credentials[0] : rows.trusts[0];
  const { verdicts, folded } = runAll([check], ROWS_UNIT, inventoryOf({ identities: [rows.identity], credentials: rows.credentials, trusts: rows.trusts }), parametersOf(check, parameters), asOf);
  const own = verdicts.filter((verdict) => verdict.subjectType === check.subject && verdict.subject === subject?.key);
  const digest = createHash('sha256').update(subject?.key ?? '').digest('hex');
  const aside = folded.filter(({ count, subjectsSha256 }) => count === 1 && subjectsSha256 === digest);
  const [verdict, fold] = [own[0], aside[0]];
  if (own.length + aside.length !== 1) throw new Error(`${check.id} says ${own.length + aside.length} things of one subject`);
  if (verdict !== undefined) return { result: verdict.result, reason: verdict.reason, calls: verdict.calls, verdict, folded: null };
  return { result: 'not_applicable', reason: fold?.reason ?? '', calls: [], verdict: null, folded: fold ?? null };
}

function expandRow(row: { readonly [name: string]: unknown }, asOf: Instant): { readonly [name: string]: unknown } {
  return Object.fromEntries(Object.entries(row).map(([name, member]) => [name, expand(member, asOf)]));
}

function expand(value: unknown, asOf: Instant): unknown {
  if (typeof value === 'string') return moment(value, asOf);
  if (Array.isArray(value)) return value.map((item) => expand(item, asOf));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  const fact = entries.length === 1 && only !== undefined ? factOf(only[0], only[1], asOf) : null;
  return fact ?? Object.fromEntries(entries.map(([name, member]) => [name, expand(member, asOf)]));
}

function factOf(word: string, value: unknown, asOf: Instant): Fact<unknown> | null {
  switch (word) {
    case 'known': return read(expand(value, asOf), 'case');
    case 'declared': return known(expand(value, asOf), [ref('row')], { input: 'inputs/owners.json#/owners/0' });
    case 'unknown': return unread(z.enum(UNKNOWN_CAUSES).parse(value));
    case 'notApplicable': return notApplicable(z.string().parse(value));
    case 'made': return read(exactly(instantSchema.parse(expand(value, asOf))), 'created');
    case 'madeNoLaterThan': return read(noLaterThan(instantSchema.parse(expand(value, asOf))), 'created');
    default: return null;
  }
}

function moment(text: string, asOf: Instant): string {
  const match = /^asOf(?:([+-]\d+(?:\.\d+)?)d)?$/.exec(text);
  return match === null ? text : instantOf(millisecondsOf(asOf) + Math.round(Number(match[1] ?? 0) * 86_400_000));
}

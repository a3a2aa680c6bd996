// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { factSchema, type Fact } from './fact.ts';
import { instantSchema, whenSchema, type Instant, type When } from './instant.ts';
import { jsonObjectSchema, type Json } from './json.ts';
import type { PageReference } from './reference.ts';

/** Who answers for it: management (`entity`) or the provider that made and runs it (`provider`: service-linked roles, for one). */
export type Responsibility = 'entity' | 'provider';

export const PRINCIPAL_CLASSES = ['human', 'non-human', 'both', 'undecided'] as const;
/** The four classes of a principal; `both` and `undecided` stay in the non-human population. */
export type PrincipalClass = (typeof PRINCIPAL_CLASSES)[number];
export interface Classification { readonly class: PrincipalClass; readonly basis: 'rule' | 'declaration'; readonly rule: string; readonly refs: readonly PageReference[] }

/** Most recent use: a moment, or none since tracking began (`since`), which is "never" only for what was made after that. */
export type LastUse = { readonly at: Instant; readonly where?: string } | { readonly none: true; readonly since: Instant | null };

/** What an identity may do, as far as it bears on standing administration. `via` names policies as `attached X`, `inline Y`, `group G: X`. */
export interface Privilege { readonly level: 'administrator' | 'not_administrator'; readonly via: readonly string[] }

export interface OwnerClaim { readonly owner: string; readonly source: string; readonly confidence: 'exact' | 'pattern' | 'tag' }
export interface ReviewClaim { readonly on: Instant; readonly by: string; readonly basis: 'typed only' }

/** A principal: something that can act. */
export interface Identity {
  readonly type: 'identity';
  /** `unit id/native id`, unique over everything. */
  readonly key: string;
  /** The provider's real id, which survives a rename. */
  readonly id: string;
  /** `provider` for a real id, else what stands in for it, e.g. `account|root`. */
  readonly idBasis: string;
  readonly kind: string;
  readonly unit: string;
  readonly name: string;
  /** The provider's own full name: an ARN, a resource name. */
  readonly address: string;
  readonly responsibility: Responsibility;
  readonly classification: Classification;
  readonly created: Fact<When>;
  readonly lastUsed: Fact<LastUse>;
  /** Whether a person can sign in as it with a password or the like. */
  readonly interactiveLogin: Fact<boolean>;
  readonly privilege: Fact<Privilege>;
  readonly tags: Fact<{ readonly [key: string]: string }>;
  /** Known `null`: everything that could name one was read, and nothing does. */
  readonly owner: Fact<OwnerClaim | null>;
  readonly purpose: Fact<string | null>;
  readonly review: Fact<ReviewClaim | null>;
  /** How many credentials of each kind it holds: known only where that list closed in this scan. */
  readonly credentialCounts: { readonly [credentialKind: string]: Fact<number> };
  /** Facts that only its provider has, by name (`kubernetes.workloads`); a check that looks at one gives the schema of its value. */
  readonly particulars?: { readonly [name: string]: Fact<Json> } | undefined;
  /** True for the identity that Rollcall itself used. */
  readonly self: boolean;
  readonly refs: readonly PageReference[];
}

/** One credential, keyed by the provider's real id. */
export interface Credential {
  readonly type: 'credential';
  readonly key: string;
  readonly id: string;
  readonly idBasis: string;
  readonly kind: string;
  readonly unit: string;
  /** Key of the identity that holds it; null for one that belongs to the unit (a server certificate). */
  readonly identity: string | null;
  readonly name: string | null;
  readonly responsibility: Responsibility;
  readonly status: Fact<'active' | 'inactive' | 'expired'>;
  readonly created: Fact<When>;
  readonly expires: Fact<{ readonly at: Instant } | { readonly never: true }>;
  readonly lastUsed: Fact<LastUse>;
  /** What it opens, where the provider says: a service name, for one. */
  readonly audience: string | null;
  /** Facts that only its provider has, by name, as an identity has them. */
  readonly particulars?: { readonly [name: string]: Fact<Json> } | undefined;
  readonly refs: readonly PageReference[];
}

/** A permission source held by an identity: one attached or inline policy, directly or through a group. */
export interface Grant {
  readonly type: 'grant';
  readonly key: string;
  readonly unit: string;
  readonly identity: string;
  readonly policy: string;
  readonly via: string;
  readonly administrator: Fact<boolean>;
  readonly refs: readonly PageReference[];
}

export interface TrustCondition { readonly operator: string; readonly key: string; readonly values: readonly string[] }

/** Who may become an identity: one principal of one allow statement. */
export interface Trust {
  readonly type: 'trust';
  readonly kind: string;
  readonly key: string;
  readonly unit: string;
  readonly identity: string;
  readonly principalKind: 'anyone' | 'account' | 'user' | 'role' | 'service' | 'oidc' | 'saml' | 'other';
  readonly principal: string;
  /** Whether it lies outside the unit's own organization, as far as declared or discovered accounts tell. */
  readonly external: Fact<boolean>;
  readonly conditions: readonly TrustCondition[];
  readonly refs: readonly PageReference[];
}

/** Anything else that is counted: groups, policies, identity providers, instance profiles. */
export interface ObjectRow {
  readonly type: 'object';
  readonly key: string;
  readonly id: string;
  readonly kind: string;
  readonly unit: string;
  readonly name: string;
  readonly created: Fact<When>;
  readonly expires: Fact<{ readonly at: Instant } | { readonly never: true }>;
  readonly detail: { readonly [name: string]: Json };
  readonly refs: readonly PageReference[];
}

/** A row as a source makes it from one page, before rows of a unit are joined: join material keeps its own shape in `value`. */
export interface Observation { readonly type: 'observation'; readonly kind: string; readonly key: string; readonly unit: string; readonly value: { readonly [name: string]: Json }; readonly refs: readonly PageReference[] }

export type InventoryRow = Identity | Credential | Grant | Trust | ObjectRow;
export type SourceRow = InventoryRow | Observation;

const refs = z.array(z.string().transform((text) => text as PageReference));
const lastUse = z.union([z.object({ at: instantSchema, where: z.string().optional() }), z.object({ none: z.literal(true), since: instantSchema.nullable() })]);
const expiry = z.union([z.object({ at: instantSchema }), z.object({ never: z.literal(true) })]);
const responsibility = z.enum(['entity', 'provider']);
const text = z.string();

export const identitySchema = z.object({
  type: z.literal('identity'), key: text, id: text, idBasis: text, kind: text, unit: text, name: text, address: text, responsibility,
  classification: z.object({ class: z.enum(PRINCIPAL_CLASSES), basis: z.enum(['rule', 'declaration']), rule: text, refs }),
  created: factSchema(whenSchema), lastUsed: factSchema(lastUse), interactiveLogin: factSchema(z.boolean()),
  privilege: factSchema(z.object({ level: z.enum(['administrator', 'not_administrator']), via: z.array(text) })),
  tags: factSchema(z.record(text, text)), owner: factSchema(z.object({ owner: text, source: text, confidence: z.enum(['exact', 'pattern', 'tag']) }).nullable()),
  purpose: factSchema(text.nullable()), review: factSchema(z.object({ on: instantSchema, by: text, basis: z.literal('typed only') }).nullable()),
  credentialCounts: z.record(text, factSchema(z.number())), particulars: z.record(text, factSchema(z.json())).optional(), self: z.boolean(), refs,
});
export const credentialSchema = z.object({
  type: z.literal('credential'), key: text, id: text, idBasis: text, kind: text, unit: text, identity: text.nullable(), name: text.nullable(), responsibility,
  status: factSchema(z.enum(['active', 'inactive', 'expired'])), created: factSchema(whenSchema), expires: factSchema(expiry), lastUsed: factSchema(lastUse),
  audience: text.nullable(), particulars: z.record(text, factSchema(z.json())).optional(), refs,
});
export const grantSchema = z.object({ type: z.literal('grant'), key: text, unit: text, identity: text, policy: text, via: text, administrator: factSchema(z.boolean()), refs });
export const trustSchema = z.object({
  type: z.literal('trust'), kind: text, key: text, unit: text, identity: text,
  principalKind: z.enum(['anyone', 'account', 'user', 'role', 'service', 'oidc', 'saml', 'other']), principal: text, external: factSchema(z.boolean()),
  conditions: z.array(z.object({ operator: text, key: text, values: z.array(text) })), refs,
});
export const objectSchema = z.object({
  type: z.literal('object'), key: text, id: text, kind: text, unit: text, name: text, created: factSchema(whenSchema), expires: factSchema(expiry),
  detail: jsonObjectSchema, refs,
});

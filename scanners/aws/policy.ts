// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { byCodeUnit } from '../../src/model/json.ts';
import type { TrustCondition } from '../../src/model/row.ts';

const texts = z.union([z.string(), z.array(z.string())]);
const conditionValue = z.union([z.string(), z.boolean(), z.number()]);
const statementSchema = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts.optional(), NotAction: texts.optional(), Resource: texts.optional(), NotResource: texts.optional(),
  Principal: z.union([z.string(), z.record(z.string(), texts)]).optional(), NotPrincipal: z.union([z.string(), z.record(z.string(), texts)]).optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.union([conditionValue, z.array(conditionValue)]))).optional(),
});
const documentSchema = z.object({ Statement: z.union([statementSchema, z.array(statementSchema)]) });

/** One principal of a statement: what kind the policy calls it (`AWS`, `Service`, `Federated`, …; `*` for everyone) and its text. */
export interface PolicyPrincipal { readonly type: string; readonly value: string }
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[] | null;
  readonly notActions: readonly string[] | null;
  readonly resources: readonly string[] | null;
  readonly notResources: readonly string[] | null;
  readonly principals: readonly PolicyPrincipal[];
  /** Everyone but those named. */
  readonly notPrincipals: readonly PolicyPrincipal[] | null;
  readonly conditions: readonly TrustCondition[];
}

/**
 * A policy document's statements, from its text as IAM sends it (percent-encoded after RFC 3986, or plain), or null where it is
 * not a policy that we can read. Never throws.
 * Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function readPolicy(text: string): readonly Statement[] | null {
  const plain = text.trimStart().startsWith('{') ? text : percentDecoded(text);
  const value = plain === null ? null : parsedJson(plain);
  const parsed = documentSchema.safeParse(value);
  if (!parsed.success) return null;
  const { Statement } = parsed.data;
  return (Array.isArray(Statement) ? Statement : [Statement]).map((statement) => ({
    effect: statement.Effect,
    actions: listOf(statement.Action), notActions: listOf(statement.NotAction), resources: listOf(statement.Resource), notResources: listOf(statement.NotResource),
    principals: principalsOf(statement.Principal) ?? [], notPrincipals: principalsOf(statement.NotPrincipal),
    conditions: Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) => Object.entries(keys).map(([key, values]) => ({ operator, key, values: (Array.isArray(values) ? values : [values]).map(String) })))
      .toSorted((a, b) => byCodeUnit(a.operator, b.operator) || byCodeUnit(a.key, b.key)),
  }));
}

/** Whether a pattern of an Action element (`*` any run, `?` one character, letters in either case) matches an action's name. */
export function matchesAction(pattern: string, action: string): boolean {
  return matches(pattern.toLowerCase(), action.toLowerCase());
}

/**
 * Whether statements allow standing administration: on all resources and without condition, every action or every IAM action,
 * since who may do all of IAM can give itself the rest (IAMFullAccess is this). Denials elsewhere are not weighed.
 */
export function allowsAdministration(statements: readonly Statement[]): boolean {
  return statements.some((statement) => statement.effect === 'Allow' && statement.conditions.length === 0 && onAllResources(statement) && allowsAllOf(statement, 'iam'));
}

/** Whether statements may allow some action of a service; conditions and resources are left aside, so that it errs towards yes. */
export function mayAllowService(statements: readonly Statement[], service: string): boolean {
  return statements.some(({ effect, actions, notActions }) => {
    if (effect !== 'Allow') return false;
    if (actions !== null) return actions.some((pattern) => reachesService(pattern, service));
    return notActions !== null && !notActions.some((pattern) => coversService(pattern, service));
  });
}

// Resources in IAM that no account has, in each partition: only a pattern for all of them matches one.
const NO_RESOURCES = ['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'].map((partition) => `arn:${partition}:iam::\u0001:\u0002`);

/** Whether a statement holds for every resource of IAM, be it of any account or of one account by number; everything but some counts as all. */
function onAllResources({ resources, notResources }: Statement): boolean {
  if (resources === null) return notResources !== null && !notResources.includes('*');
  return resources.some((pattern) => NO_RESOURCES.some((resource) => matches(pattern.replace(/^(arn:[^:]*:iam::)\d{12}:/, '$1*:'), resource)));
}

function allowsAllOf(statement: Statement, service: string): boolean {
  if (statement.actions !== null) return statement.actions.some((pattern) => coversService(pattern, service));
  return statement.notActions !== null && !statement.notActions.some((pattern) => reachesService(pattern, service));
}

// Names that no action has: a pattern that matches both can only be one that matches every action of the service.
const NO_ACTIONS = ['\u0001', '\u0001\u0002\u0003\u0004\u0005\u0006\u0007'];

function coversService(pattern: string, service: string): boolean {
  return NO_ACTIONS.every((name) => matchesAction(pattern, `${service}:${name}`));
}

/** Whether a pattern can match an action of a service: its part before the colon, or all of it where a star may stand for the colon. */
function reachesService(pattern: string, service: string): boolean {
  const colon = pattern.indexOf(':');
  if (colon >= 0) return matchesAction(pattern.slice(0, colon), service) || matchesAction(pattern.slice(0, colon), `${service}:${NO_ACTIONS[0] ?? ''}`);
  const star = pattern.indexOf('*');
  return star >= 0 && matches(pattern.slice(0, star + 1).toLowerCase(), `${service}:`);
}

// Linear in the product of the lengths: a pattern of many stars cannot make it explode.
function matches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p;
      mark = t;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      mark += 1;
      t = mark;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

function listOf(value: string | readonly string[] | undefined): readonly string[] | null {
  return value === undefined ? null : typeof value === 'string' ? [value] : value;
}

function principalsOf(value: string | Readonly<Record<string, string | string[]>> | undefined): readonly PolicyPrincipal[] | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return [{ type: '*', value }];
  return Object.entries(value).flatMap(([type, values]) => (listOf(values) ?? []).map((one) => ({ type, value: one })));
}

function percentDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: not the encoding that IAM documents, so not readable; the caller says so as an unknown fact.
    return null;
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON (a redacted document, for one): not readable; the caller says so as an unknown fact.
    return null;
  }
}

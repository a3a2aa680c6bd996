// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Policy } from './permissions.ts';

const event = z.looseObject({
  verb: z.string(), requestURI: z.string(), user: z.looseObject({ username: z.string() }), responseStatus: z.looseObject({ code: z.number() }).optional(),
  objectRef: z.looseObject({ resource: z.string(), apiGroup: z.string().optional(), namespace: z.string().optional(), name: z.string().optional(), subresource: z.string().optional() }).optional(),
  responseObject: z.looseObject({ kind: z.string().optional() }).optional(),
});
/** A request as the API server noted it, after it had answered. */
export type AuditEvent = z.output<typeof event>;

/** What of the audit log a user asked for. */
export async function eventsOf(file: string, user: string): Promise<readonly AuditEvent[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => event.parse(JSON.parse(line))).filter((each) => each.user.username === user);
}

// Reviews ask about the asker and change nothing: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
const REVIEWS = new Set(['authentication.k8s.io selfsubjectreviews', 'authorization.k8s.io selfsubjectaccessreviews', 'authorization.k8s.io selfsubjectrulesreviews']);
/** What is no resource and may be asked: which groups and versions are served. */
const PATHS = /^\/(version|apis?|apis\/[a-z0-9.-]+(\/v[0-9a-z]+)?)$/;
const TABLE = { kind: 'Table', parameter: 'includeObject', value: 'None' } as const;
const TOKENS = { kind: 'PartialObjectMetadataList', parameter: 'fieldSelector', value: 'type=kubernetes.io/service-account-token' } as const;

/**
 * Every request that should not have been made: other verbs or resources than the printed policy gives, `resourceVersion`, and a read of
 * Secrets whose answer, as the server logged it, was no Table without objects and no metadata of token Secrets.
 */
export function auditDifferences(events: readonly AuditEvent[], policies: readonly Policy[], marker: string): readonly string[] {
  const found: string[] = [];
  for (const { verb, requestURI, objectRef, responseStatus, responseObject } of events) {
    const url = new URL(requestURI, 'https://127.0.0.1');
    const told = `${verb} ${requestURI}`;
    if (url.searchParams.has('resourceVersion')) found.push(`${told}: sets resourceVersion`);
    if (url.searchParams.has('watch')) found.push(`${told}: watches`);
    if (objectRef === undefined) {
      if (verb !== 'get' || !PATHS.test(url.pathname)) found.push(`${told}: is no path that is meant to be read`);
      continue;
    }
    const { resource, apiGroup = '', name, subresource } = objectRef;
    const review = verb === 'create' && REVIEWS.has(`${apiGroup} ${resource}`);
    const allowed = subresource === undefined && policies.some(({ rules }) => rules.some((rule) => rule.apiGroups.includes(apiGroup) && rule.resources.includes(resource) && rule.verbs.includes(verb)
      && (rule.resourceNames === undefined || (name !== undefined && rule.resourceNames.includes(name)))));
    if (!review && !allowed) found.push(`${told}: is in no role that \`rollcall permissions kubernetes\` prints`);
    if (resource !== 'secrets') continue;
    if (responseStatus?.code === 403 || responseStatus?.code === 429) continue;
    const form = [TABLE, TOKENS].find(({ kind }) => kind === responseObject?.kind);
    if (form === undefined || url.searchParams.get(form.parameter) !== form.value) found.push(`${told}: was answered with ${responseObject?.kind ?? 'what the log does not tell'}, which may hold values`);
    else if (form === TABLE && JSON.stringify(responseObject).includes(marker)) found.push(`${told}: the table that the server sent holds a value`);
  }
  return found;
}

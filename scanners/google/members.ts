// SPDX-License-Identifier: Apache-2.0
import { known, unknown, type Fact } from '../../src/model/fact.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { Trust } from '../../src/model/row.ts';

/** A member of a binding, taken apart. https://cloud.google.com/iam/docs/principal-identifiers */
export interface Member { readonly type: string; readonly name: string; /** Whoever it was is deleted. */ readonly deleted: boolean }

/** What a member's text names: `serviceAccount:a@b`, `deleted:serviceAccount:a@b?uid=1`, `allUsers`, `principalSet://…`. */
export function memberOf(text: string): Member {
  const deleted = text.startsWith('deleted:');
  const rest = deleted ? text.slice('deleted:'.length) : text;
  if (/^principal(Set)?:\/\//.test(rest)) return { type: rest.slice(0, rest.indexOf(':')), name: rest, deleted };
  const colon = rest.indexOf(':');
  return colon < 0 ? { type: rest, name: rest, deleted } : { type: rest.slice(0, colon), name: rest.slice(colon + 1), deleted };
}

/** The name of the workload identity pool that a principal of it, a set of them, or the whole of it belongs to; null for another member. */
export function poolOf({ name }: Member): string | null {
  return /^principal(?:Set)?:\/\/iam\.googleapis\.com\/(projects\/\d+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+)\//.exec(name)?.[1] ?? null;
}

/** Whether a member is a whole pool. */
export function isWholePool({ type, name }: Member): boolean {
  return type === 'principalSet' && name.endsWith('/*');
}

/** What kind of principal it is, as far as a trust tells kinds apart. */
export function principalKind(member: Member): Trust['principalKind'] {
  if (member.type === 'allUsers' || member.type === 'allAuthenticatedUsers') return 'anyone';
  if (poolOf(member) !== null) return 'oidc';
  if (member.type === 'serviceAccount') return 'service';
  return member.type === 'user' ? 'user' : 'other';
}

/** Whether accounts of programs may be among those whom a member names, and nothing that we read lists them: a group, a set of principals of a resource, everybody, and what we do not know. People and domains of people have none. */
export function mayHoldAccounts({ type, name, deleted }: Member): boolean {
  if (deleted || poolOf({ type, name, deleted }) !== null || name.includes('/workforcePools/')) return false;
  return !['user', 'serviceAccount', 'domain', 'principal'].includes(type);
}

/** Agents that Google makes and runs for its services: `service-<number>@…`, and two older ones. https://cloud.google.com/iam/docs/service-account-types#service-agents */
export function isServiceAgent(email: string): boolean {
  return /^service-(?:org-|folder-)?\d+@|@gcp-sa-[a-z0-9-]+\.iam\.gserviceaccount\.com$|@(?:cloudservices|cloudbuild)\.gserviceaccount\.com$/.test(email);
}

/** The project that a service account's address names: by its id or, of the default account of Compute Engine, by its number; null where it names none. An account of Kubernetes in a GKE cluster is named by its project's pool. https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity */
export function projectOf(email: string): string | null {
  return /@([a-z0-9.-]+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1] ?? /^([a-z0-9.:-]+)@appspot\.gserviceaccount\.com$/.exec(email)?.[1] ?? /^([a-z0-9.:-]+)\.svc\.id\.goog\[[^[\]]+\]$/.exec(email)?.[1] ?? /^(\d+)-compute@developer\.gserviceaccount\.com$/.exec(email)?.[1] ?? null;
}

/** Whether a member lies outside of what this scan reads or the configuration names as ours. `own`: the project's id and number. */
export function externalOf(member: Member, own: ReadonlySet<string>, ownUnits: ReadonlySet<string>, refs: readonly PageReference[]): Fact<boolean> {
  const kind = principalKind(member);
  if (kind === 'anyone') return known(true, refs, { note: 'everybody' });
  if (kind === 'oidc') return unknown('no_source', 'whose workloads an issuer vouches for stands in no source');
  if (kind !== 'service') return unknown('no_source', 'whether a person, a group or a domain is of the organization is not known to Google Cloud');
  if (isServiceAgent(member.name)) return known(false, refs, { note: 'an agent that Google runs' });
  const project = projectOf(member.name);
  if (project === null) return unknown('unrecognized', 'the address names no project');
  if (own.has(project) || ownUnits.has(`google:${project}`)) return known(false, refs);
  if (/^\d+$/.test(project)) return unknown('unrecognized', 'the address names a project by its number, which none of those read has');
  return known(true, refs, { note: 'its project is none of those that this scan reads or the configuration names as ours' });
}

// SPDX-License-Identifier: Apache-2.0
import type { Instant } from '../model/instant.ts';
import { byCodeUnit } from '../model/json.ts';
import type { Credential, Identity, Trust } from '../model/row.ts';
import { SEVERITIES, type Severity, type Verdict } from '../model/verdict.ts';

/** The most actions on one sheet: what follows is counted, not listed. */
export const MOST_ACTIONS = 5;
/** What a check says of itself, as far as a sheet needs it. */
export interface CheckWords { readonly id: string; readonly title: string; readonly remediation: string }
/** A result that an action settles. */
export interface TodoRow { readonly check: string; readonly subject: string; readonly name: string; readonly unit: string; readonly severity: Severity; readonly reason: string; readonly ref: string | null }
/** One act and everything it settles, in order of subject and check. */
export interface Action { readonly title: string; readonly how: string; readonly rows: readonly TodoRow[] }
/** One owner's sheet. `owner` null: nobody is recorded, or it is not known who. */
export interface TodoSheet {
  readonly owner: string | null;
  readonly actions: readonly Action[];
  /** Actions beyond those listed, and the rows that they settle. */
  readonly more: { readonly actions: number; readonly rows: number };
  /** Not met, and not for anybody to do first: the provider made it, or it was never used and is disabled already. */
  readonly folded: { readonly providerMade: number; readonly neverUsedAndDisabled: number };
  /** Not met, with an acceptance in force. */
  readonly accepted: number;
}
/** What is not met, with the rows around it: subjects and the identities that hold or are entered. */
export interface TodoSource {
  readonly verdicts: readonly Verdict[];
  readonly identities: ReadonlyMap<string, Identity>; readonly credentials: ReadonlyMap<string, Credential>; readonly trusts: ReadonlyMap<string, Trust>;
  readonly checks: ReadonlyMap<string, CheckWords>;
  readonly accepted: (verdict: Verdict) => boolean;
  readonly asOf: Instant;
}

// What one entry in the owners file, or one review, mends for everything it names.
const TOGETHER: ReadonlyMap<string, string> = new Map([['nhi-owner-missing', 'Name an owner'], ['nhi-purpose-missing', 'Record a purpose'], ['nhi-review-overdue', 'Hold the review that is overdue']]);

/**
 * One sheet an owner, those with an owner first, by name; on each the action that settles most rows first, then the most severe. Removing a credential that nothing uses settles whatever else is not met on it; a
 * replacement settles what is not met on the credentials of one identity; an owner, a purpose or a review is one act for all it names.
 */
export function todoSheets(source: TodoSource): readonly TodoSheet[] {
  const byOwner = new Map<string | null, Found[]>();
  for (const verdict of source.verdicts) {
    if (verdict.result !== 'not_met') continue;
    const found = foundOf(verdict, source);
    const list = byOwner.get(found.owner);
    if (list === undefined) byOwner.set(found.owner, [found]);
    else list.push(found);
  }
  return [...byOwner].sort(([a], [b]) => (a === null ? 1 : b === null ? -1 : byCodeUnit(a, b))).map(([owner, found]) => sheetOf(owner, found, source));
}

interface Found { readonly verdict: Verdict; readonly owner: string | null; readonly holder: Identity | null; readonly credential: Credential | null; readonly name: string; readonly ref: string | null; readonly kind: 'to do' | 'accepted' | 'provider' | 'disabled' }

function foundOf(verdict: Verdict, { identities, credentials, trusts, accepted }: TodoSource): Found {
  const credential = verdict.subjectType === 'credential' ? (credentials.get(verdict.subject) ?? null) : null;
  const held = credential?.identity ?? (verdict.subjectType === 'trust' ? (trusts.get(verdict.subject)?.identity ?? null) : verdict.subjectType === 'identity' ? verdict.subject : null);
  const holder = held === null ? null : (identities.get(held) ?? null);
  const owner = holder?.owner.status === 'known' ? (holder.owner.value?.owner ?? null) : null;
  const kind = accepted(verdict) ? 'accepted' : (credential ?? holder)?.responsibility === 'provider' ? 'provider' : credential !== null && neverUsedAndDisabled(credential) ? 'disabled' : 'to do';
  return { verdict, owner, holder, credential, kind, name: holder?.name ?? credential?.name ?? verdict.subject, ref: verdict.refs[0] ?? credential?.refs[0] ?? holder?.refs[0] ?? null };
}

function neverUsedAndDisabled({ status, lastUsed }: Credential): boolean {
  return status.status === 'known' && status.value !== 'active' && lastUsed.status === 'known' && 'none' in lastUsed.value;
}

function sheetOf(owner: string | null, found: readonly Found[], source: TodoSource): TodoSheet {
  const open = found.filter(({ kind }) => kind === 'to do');
  const unused = new Set(open.filter(({ verdict }) => verdict.subjectType === 'credential' && verdict.check.endsWith('-unused')).map(({ verdict }) => verdict.subject));
  const groups = new Map<string, { readonly title: string; readonly how: string; readonly rows: TodoRow[] }>();
  for (const one of open) {
    const { id, title, how } = actOf(one, unused.has(one.verdict.subject), source);
    const group = groups.get(id) ?? { title, how, rows: [] };
    groups.set(id, group);
    const { check, subject, unit, severity, reason } = one.verdict;
    group.rows.push({ check, subject, name: one.name, unit, severity, reason, ref: one.ref });
  }
  const worst = (rows: readonly TodoRow[]): number => Math.max(...rows.map(({ severity }) => SEVERITIES.indexOf(severity)));
  const actions = [...groups].map(([id, group]) => ({ id, ...group, rows: group.rows.sort((a, b) => byCodeUnit(a.subject, b.subject) || byCodeUnit(a.check, b.check)) })).sort((a, b) => b.rows.length - a.rows.length || worst(b.rows) - worst(a.rows) || byCodeUnit(a.id, b.id)).map(({ title, how, rows }): Action => ({ title, how, rows }));
  const rest = actions.slice(MOST_ACTIONS);
  const count = (kind: Found['kind']): number => found.filter((one) => one.kind === kind).length;
  return { owner, actions: actions.slice(0, MOST_ACTIONS), more: { actions: rest.length, rows: rest.reduce((sum, { rows }) => sum + rows.length, 0) }, folded: { providerMade: count('provider'), neverUsedAndDisabled: count('disabled') }, accepted: count('accepted') };
}

function actOf({ verdict, holder, credential, name }: Found, unused: boolean, { checks }: TodoSource): { readonly id: string; readonly title: string; readonly how: string } {
  const words = checks.get(verdict.check);
  const how = words?.remediation ?? '';
  const together = TOGETHER.get(verdict.check);
  if (together !== undefined) return { id: verdict.check, title: together, how };
  const of = holder === null ? `of the unit ${verdict.unit}` : `of ${name}`;
  const place = holder?.key ?? verdict.unit;
  if (credential !== null) return unused ? { id: `${place} remove`, title: `Remove what is not used: ${kindWords(credential)} ${of}`, how: 'Deactivate it, wait for complaints, delete it.' } : { id: `${place} ${verdict.check}`, title: `${words?.title ?? verdict.check}: ${kindWords(credential)} ${of}`, how };
  return { id: `${place} ${verdict.check}`, title: `${words?.title ?? verdict.check}: ${name}`, how };
}

/** The kind of a credential in plain words: what follows its provider's name. */
function kindWords({ kind }: Credential): string {
  return kind.slice(kind.indexOf('.') + 1).replaceAll('-', ' ');
}

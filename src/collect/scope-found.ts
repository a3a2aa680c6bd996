// SPDX-License-Identifier: Apache-2.0
import type { Scope } from '../bundle/records.ts';
import { matchesPattern } from '../model/pattern.ts';
import { isInForce, type Instant } from '../model/instant.ts';
import type { ListedUnit, ParentList, Provider, Related } from '../model/source.ts';
import type { Unit } from '../model/unit.ts';
import type { Configuration } from '../scope/configuration.ts';
import type { Reached } from './log-in.ts';

/** What the lists of parents brought into scope, and what they have that is not read; grows while a scan runs. */
export interface ScopeFound {
  /** Whether a unit may be read; where not, why is kept. */
  admit(reached: Reached): boolean;
  /** Units that a parent's rows list and that are to be read, each once. */
  children(parent: Reached, related: Related): readonly Reached[];
  /** A unit into which the login does not lead. */
  unreachable(unit: Unit, reason: string): void;
  finish(): Pick<Scope, 'units' | 'excluded' | 'unreachable' | 'listed' | 'parentRead' | 'statement'>;
}

/** Scope as a scan finds it: what management declared, what parents list, and one outcome for each. */
export function scopeFound(configuration: Configuration, declared: boolean, asOf: Instant, unreachableAtLogin: Scope['unreachable']): ScopeFound {
  const units = new Map<string, Unit>();
  const excluded = new Map<string, Scope['excluded'][number]>();
  const unreachable: Scope['unreachable'] = [...unreachableAtLogin];
  const listed = new Map<string, NonNullable<Scope['listed']>[number]>();
  const known = new Map<string, { readonly name: string | null; readonly parent: string }>();
  const read: string[] = [];
  const unread: string[] = [];
  const inForce = configuration.exclude.filter((entry) => isInForce(entry, asOf));

  function admit({ unit }: Reached): boolean {
    if (units.has(unit.id)) return false;
    const exclusion = inForce.find((entry) => matchesPattern(entry.unit, unit.id));
    if (exclusion === undefined) {
      units.set(unit.id, unit);
      return true;
    }
    excluded.set(unit.id, { ...exclusion, unit: unit.id });
    note(unit.id, 'excluded', `${exclusion.reason} (approved by ${exclusion.approver}, until ${exclusion.expires})`);
    return false;
  }
  function note(unit: string, state: NonNullable<Scope['listed']>[number]['state'], reason: string): void {
    const from = known.get(unit);
    if (from !== undefined) listed.set(unit, { unit, name: from.name, parent: from.parent, state, reason });
  }
  function children(parent: Reached, related: Related): readonly Reached[] {
    const { provider, target, connection } = parent;
    const list = provider.parents?.find(({ unitKind }) => unitKind === parent.unit.kind);
    if (list === undefined) return [];
    const found = list.units(related);
    tell(parent, list, related, found.length);
    const scopeIds = provider.declares?.units(target.scope) ?? [];
    const everything = scopeIds.length === 0 && provider.declares?.everything?.(target.scope) === true;
    const wanted: Reached[] = [];
    for (const { closed, ...one } of found) {
      if (known.has(one.id)) continue;
      known.set(one.id, { name: one.name, parent: parent.unit.id });
      const already = units.get(one.id);
      if (already !== undefined) units.set(one.id, { ...already, name: already.name ?? one.name });
      else if (closed !== null) note(one.id, 'closed', `${parent.unit.id} lists it as ${closed}`);
      else if (!everything && !scopeIds.includes(one.nativeId)) note(one.id, 'undeclared', `${parent.unit.id} lists it, and no target declares it`);
      else wanted.push({ unit: unitOf(provider, one, target.name, everything ? 'discovered' : 'declared'), connection, provider, target });
    }
    // What was declared is read whether the list has it or not: a list may not have closed, and an account may stand outside.
    return wanted;
  }
  function tell(parent: Reached, list: ParentList, related: Related, count: number): void {
    const end = list.ended(related);
    if (end.state === 'complete') read.push(`The list of ${list.children} of ${parent.unit.id} was read to its end: ${count}.`);
    else unread.push(`The list of ${list.children} of ${parent.unit.id} could not be read to its end${end.state === 'failed' ? ` (${end.outcome.replaceAll('_', ' ')})` : ''}.`);
  }
  return {
    admit, children,
    unreachable: (unit, reason) => {
      units.delete(unit.id);
      unreachable.push({ unit: unit.id, target: unit.target, reason });
      note(unit.id, 'unreachable', reason);
    },
    finish: () => {
      const parentRead = read.length > 0;
      const undeclared = [...listed.values()].filter(({ state }) => state === 'undeclared').length;
      const said = [...read, ...unread, ...(undeclared === 0 ? [] : [`${undeclared} of them no target declares.`])];
      return {
        units: [...units.values()], excluded: [...excluded.values(), ...inForce.filter(({ unit }) => !/[*?]/.test(unit) && !excluded.has(unit)).map((entry) => ({ ...entry }))], unreachable: [...unreachable], parentRead,
        ...(read.length + unread.length === 0 ? {} : { listed: [...listed.values()] }),
        statement: said.length === 0 ? statementOf(declared) : `${said.join(' ')} What lies outside of ${parentRead && unread.length === 0 ? 'it' : 'that'} is for management to say.`,
      };
    },
  };
}

function unitOf(provider: Provider, { id, nativeId, kind, name }: Omit<ListedUnit, 'closed'>, target: string, basis: Unit['basis']): Unit {
  return { id, provider: provider.id, kind, nativeId, name, target, basis };
}

function statementOf(declared: boolean): string {
  return declared
    ? 'No list of all accounts or clusters was read: management says that those declared are all.'
    : 'No configuration was given: only the account of the login at hand was read. No list of all accounts was read, and nobody has said that this is all.';
}

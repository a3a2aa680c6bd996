// SPDX-License-Identifier: Apache-2.0
import type { Scope } from '../bundle/records.ts';
import { matchesPattern } from '../model/pattern.ts';
import { byCodeUnit } from '../model/json.ts';
import { isInForce, type Instant } from '../model/instant.ts';
import { optedIn, type ListedUnit, type ParentList, type Provider } from '../model/source.ts';
import type { Unit } from '../model/unit.ts';
import type { Configuration } from '../scope/configuration.ts';
import type { Reached } from './log-in.ts';

/** What a unit that was read has listed, and how its list ended: `complete`, or why not. */
export interface EndedUnit { readonly units: readonly ListedUnit[]; readonly state: string }

/** What the lists of parents brought into scope, and what they have that is not read; grows while a scan runs. */
export interface ScopeFound {
  /** Whether a unit may be read; where not, why is kept. */
  admit(reached: Reached): boolean;
  /** Units that a page of a parent's list has and that are to be read, each once. */
  onPage(parent: Reached, list: ParentList, listed: readonly ListedUnit[]): readonly Reached[];
  /** Units that a parent's whole list has, or that are declared beneath it, and that are to be read and were on no page before. */
  children(parent: Reached, list: ParentList, listed: EndedUnit): readonly Reached[];
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
    const exclusion = inForce.find((entry) => selfAndAround(unit.id).some((id) => matchesPattern(entry.unit, id)));
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
  function children(parent: Reached, list: ParentList, { units: found, state }: EndedUnit): readonly Reached[] {
    const { provider, target, connection } = parent;
    // A list of what lies within a unit says nothing of which units there are.
    if (list.within !== true) {
      if (state === 'complete') read.push(`The list of ${list.children} of ${parent.unit.id} was read to its end: ${found.length}.`);
      else unread.push(`The list of ${list.children} of ${parent.unit.id} could not be read to its end (${state.replaceAll('_', ' ')}).`);
    }
    const wanted = onPage(parent, list, found);
    // What is declared is read whether the list has it or not: a list may not have closed.
    const named = list.declares?.(target.scope, parent.unit) ?? [];
    return [...wanted, ...named.flatMap(({ closed: _closed, ...one }) => (known.has(one.id) ? [] : [{ unit: unitOf(provider, one, target, 'declared'), connection, provider, target }]))];
  }
  function onPage(parent: Reached, list: ParentList, found: readonly ListedUnit[]): readonly Reached[] {
    const { provider, target, connection } = parent;
    const byName = namesIn(parent, list);
    const wanted: Reached[] = [];
    for (const { closed, ...one } of found) {
      if (known.has(one.id)) continue;
      known.set(one.id, { name: one.name, parent: parent.unit.id });
      const already = units.get(one.id);
      if (already !== undefined) units.set(one.id, { ...already, name: already.name ?? one.name });
      else if (closed !== null) note(one.id, 'closed', `${parent.unit.id} lists it as ${closed}`);
      else if (!list.isDeclared(target.scope, { ...one, closed })) note(one.id, 'undeclared', `${parent.unit.id} lists it, and no target declares it`);
      else wanted.push({ unit: unitOf(provider, one, target, byName.has(one.id) ? 'declared' : 'discovered'), connection, provider, target });
    }
    return wanted;
  }
  return {
    admit, children, onPage,
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
        // By id: in which order accounts answered says nothing.
        units: [...units.values()].sort((a, b) => byCodeUnit(a.id, b.id)), excluded: [...excluded.values(), ...inForce.filter(({ unit }) => !/[*?]/.test(unit) && !excluded.has(unit)).map((entry) => ({ ...entry }))], unreachable: unreachable.toSorted((a, b) => byCodeUnit(a.unit, b.unit)), parentRead,
        ...(read.length + unread.length + listed.size === 0 ? {} : { listed: [...listed.values()].sort((a, b) => byCodeUnit(a.unit, b.unit)) }),
        statement: said.length === 0 ? statementOf(declared) : `${said.join(' ')} What lies outside of ${parentRead && unread.length === 0 ? 'it' : 'that'} is for management to say.`,
      };
    },
  };
}

/** A unit's id, and those of the units that it lies within: what is left out takes with it what lies within, whoever brought that into scope. */
function selfAndAround(id: string): readonly string[] {
  return [id, ...[...id.matchAll(/\//g)].map(({ index }) => id.slice(0, index))];
}

/** Ids of the units that management declares by name. */
function namesIn({ provider, target, unit }: Reached, list: ParentList): ReadonlySet<string> {
  return new Set([...(list.declares?.(target.scope, unit) ?? []).map(({ id }) => id), ...(provider.declares?.units(target.scope) ?? []).map((id) => `${provider.id}:${id}`)]);
}

function unitOf(provider: Provider, { id, nativeId, kind, name }: Omit<ListedUnit, 'closed'>, target: Reached['target'], basis: Unit['basis']): Unit {
  return { id, provider: provider.id, kind, nativeId, name, target: target.name, basis, ...optedIn(provider, target.scope) };
}

function statementOf(declared: boolean): string {
  return declared
    ? 'No list of all accounts or clusters was read: management says that those declared are all.'
    : 'No configuration was given: only the account of the login at hand was read. No list of all accounts was read, and nobody has said that this is all.';
}

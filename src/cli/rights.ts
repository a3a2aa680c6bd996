// SPDX-License-Identifier: Apache-2.0
import type { RunningLane } from '../collect/lane.ts';
import { sourcesOf, type Connection, type Depth, type Provider } from '../model/source.ts';
import type { Unit } from '../model/unit.ts';
import { isReadAt } from './depth.ts';

/** A permission that a scan needs in a unit, whether the login has it by the word of `basis`, and what is not read without it. `exact`: what is lacking is refused; else something broader may stand in for it. */
export interface Right { readonly unit: string; readonly permission: string; readonly state: 'held' | 'lacking' | 'cannot say'; readonly basis: string; readonly exact: boolean; readonly unread: readonly string[] }

/** What the provider says, without any read being tried, of every permission that the sources of a unit need. None where it says nothing of units of this kind. */
export async function rightsIn(provider: Provider, connection: Connection, unit: Unit, depth: Depth, lanes: ReadonlyMap<string, RunningLane>, signal: AbortSignal): Promise<readonly Right[]> {
  if (connection.rights === undefined) return [];
  const needed = new Map<string, Set<string>>();
  for (const source of sourcesOf(provider, unit)) {
    if (!isReadAt(depth, source, unit)) continue;
    for (const operation of source.operations) for (const permission of operation.permission.split(' and ')) needed.set(permission, (needed.get(permission) ?? new Set<string>()).add(source.title));
  }
  const ask = connection.rights.bind(connection);
  const lane = connection.rightsLane === undefined ? undefined : lanes.get(connection.rightsLane);
  const told = await (lane === undefined ? ask(unit, [...needed.keys()], signal) : lane.run(() => ask(unit, [...needed.keys()], signal), signal));
  if (told === null) return [];
  return [...needed].flatMap(([permission, sources]): Right[] => {
    if (told.asked !== undefined && !told.asked.includes(permission)) return [];
    const state = told.held === null ? 'cannot say' : told.held.includes(permission) ? 'held' : 'lacking';
    return [{ unit: unit.id, permission, state, basis: told.basis, exact: told.exact, unread: [...sources] }];
  });
}

// SPDX-License-Identifier: Apache-2.0
import type { When } from '../model/instant.ts';
import { byCodeUnit } from '../model/json.ts';
import type { Basis, LifeLine, RunRef } from './history.ts';
import { inPeriod, type InPeriod, type Period } from './history-dates.ts';

export const POPULATION_KINDS = ['credentials', 'non-human identities'] as const;
/** What is counted: every credential, or every identity that is not surely a person alone. */
export type PopulationKind = (typeof POPULATION_KINDS)[number];

/** One row of the population of additions or removals of a period. `run`: the run that shows it; null where only an event does. */
export interface Movement {
  readonly movement: 'addition' | 'removal';
  /** How: `created` (or seen first), `reappeared` after it was gone, `gone`. */
  readonly how: 'created' | 'reappeared' | 'gone';
  readonly key: string; readonly kind: string; readonly unit: string; readonly identity: string | null; readonly name: string | null;
  readonly when: When; readonly basis: Basis; readonly event: string | null; readonly run: RunRef | null;
  readonly inPeriod: InPeriod;
}

/** Whether a life line belongs to a population, by what was known of it last. */
export function belongsTo(line: LifeLine, population: PopulationKind): boolean {
  return population === 'credentials' ? line.type === 'credential' : line.type === 'identity' && line.class !== 'human';
}

/** Every coming and going in a life, with whether it lies in the period. One that had been there before the first complete list has no lower bound. */
export function movementsOf(line: LifeLine, period: Period): readonly Movement[] {
  const { key, kind, unit, identity, name } = line;
  const of = (movement: Movement['movement'], how: Movement['how'], dated: { readonly when: When; readonly basis: Basis; readonly event: string | null }, run: RunRef | null): Movement => ({
    movement, how, key, kind, unit, identity, name, when: dated.when, basis: dated.basis, event: dated.event, run, inPeriod: inPeriod(dated.when, period),
  });
  return [
    of('addition', 'created', line.appeared, line.firstSeen),
    ...line.gone.flatMap((gone) => [of('removal', 'gone', gone, gone.provenBy), ...(gone.reappeared === null ? [] : [of('addition', 'reappeared', gone.reappeared, gone.reappeared.run)])]),
  ];
}

/** The same without those that surely lie outside. */
export function movementsIn(line: LifeLine, period: Period): readonly Movement[] {
  return movementsOf(line, period).filter((movement) => movement.inPeriod !== 'no');
}

/** Order of the rows of both populations: by unit, key and time. */
export function byKeyAndTime(a: Movement, b: Movement): number {
  return byCodeUnit(a.unit, b.unit) || byCodeUnit(a.key, b.key) || byCodeUnit(a.when.to, b.when.to) || byCodeUnit(a.how, b.how);
}

// SPDX-License-Identifier: Apache-2.0
import { BundleFormatError } from '../bundle/jsonl.ts';
import { byCodeUnit } from '../model/json.ts';
import { unitFolder } from '../model/reference.ts';
import type { RunRef } from './history.ts';

/** Takes the rows of one unit after another. */
export interface UnitReader<T> { (unit: string): AsyncGenerator<T>; /** Throws a BundleFormatError where rows are left that no unit took. */ end(): Promise<void>; close(): Promise<void> }

/** Rows of one unit at a time from rows that stand by unit folder. Throws a BundleFormatError where a row comes out of that order. */
export function unitReader<T extends { readonly unit: string }>(rows: AsyncIterable<T>, run: RunRef): UnitReader<T> {
  const iterator = rows[Symbol.asyncIterator]();
  let next: T | null = null;
  let done = false;
  async function* read(unit: string): AsyncGenerator<T> {
    const folder = unitFolder(unit);
    for (;;) {
      if (next === null && !done) {
        const result = await iterator.next();
        done = result.done === true;
        next = result.done === true ? null : result.value;
      }
      if (next === null) return;
      const order = byCodeUnit(unitFolder(next.unit), folder);
      if (order > 0) return;
      if (order < 0) throw new BundleFormatError(`run ${run.run}`, `a row of ${next.unit} stands where ${unit} is read: rows are out of order, or the unit is not among those that the run tells of`);
      yield next;
      next = null;
    }
  }
  return Object.assign(read, {
    end: async () => {
      const rest = next ?? (done ? null : ((await iterator.next()).value as T | undefined) ?? null);
      if (rest !== null) throw new BundleFormatError(`run ${run.run}`, `a row of ${rest.unit}, which is not among the units that the run tells of`);
    },
    close: async () => {
      await iterator.return?.();
    },
  });
}

// SPDX-License-Identifier: Apache-2.0
import pLimit from 'p-limit';
import { z } from 'zod';
import { hostname } from 'node:os';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE } from '../bundle/layout.ts';
import { DERIVATION_VERSION, type Run, type Scope } from '../bundle/records.ts';
import { instantOf } from '../model/instant.ts';
import { unitFolder } from '../model/reference.ts';
import { sourcesOf, type AnySource, type Depth, type Lane, type Provider, type ReadEnd, type Target } from '../model/source.ts';
import type { UnitReads } from '../model/unit-reads.ts';
import type { Unit } from '../model/unit.ts';
import type { Configuration } from '../scope/configuration.ts';
import { HeldRows } from './held-rows.ts';
import { startLane, type RunningLane } from './lane.ts';
import { logIn, type Reached } from './log-in.ts';
import { removeOthers, removeParts } from './parts-of-units.ts';
import type { Progress } from './progress.ts';
import { PACE, type Pace } from './read.ts';
import { createRedactor, REDACTION_VERSION } from './redact.ts';
import { scopeFound, type EndedUnit, type ScopeFound } from './scope-found.ts';
import { collectUnit } from './unit.ts';
import { joinGzip } from './work-files.ts';

export interface CollectOptions {
  readonly run: string;
  readonly toolVersion: string;
  readonly bundle: string;
  readonly providers: readonly Provider[];
  readonly configuration: Configuration;
  /** Whether a person wrote the configuration, or the login at hand stands for it. */
  readonly declared: boolean;
  readonly targets: readonly Target[];
  readonly depth: Depth;
  readonly occasion: 'scheduled' | 'ad hoc';
  readonly startedAt: number;
  readonly clock: () => number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Called when all logins have answered or failed, before anything is read; what lists of units bring into scope after it, `progress` tells. */
  readonly announce: (logins: Run['logins'], units: readonly Unit[], failed: Run['failedLogins'], notices: readonly string[]) => void;
  readonly redact: boolean;
  readonly pace?: Pace;
  /** Where a run that was killed goes on: each time that it did, this one last. Absent for a new run. */
  readonly resumed?: NonNullable<Run['resumed']>;
}

// Each unit has its own lanes, so that more at once only costs memory and sockets: memory is bound by rows held.
const UNITS_AT_ONCE = 64;
const MOST_ROWS_HELD = 100_000;
/** Where a collection keeps what it works with, in the bundle's folder. */
export const COLLECTING = '.collecting';

/**
 * Logs in to every target, reads every unit in scope and, as their lists tell of them, what lies beneath, and writes pages, ledger and redactions into the bundle folder.
 * A login or unit that fails is an outcome and stops nothing. Returns what `run.json` and `scope.json` say. Throws when aborted. What it works with stays in `.collecting` until the caller has kept both: a run that
 * is killed goes on from there. A unit that had ended is not read again, nor a list.
 */
export async function collect(options: CollectOptions): Promise<{ readonly run: Run; readonly scope: Scope }> {
  const { configuration } = options;
  const work = join(options.bundle, COLLECTING);
  for (const part of [join(work, 'ledger'), join(work, 'redactions'), join(work, 'ended'), join(options.bundle, BUNDLE.pages)]) await mkdir(part, { recursive: true });
  const { connections, reached, logins, failedLogins, unreachable } = await logIn(options);
  try {
    const startedAt = instantOf(options.startedAt);
    const found = scopeFound(configuration, options.declared, startedAt, unreachable);
    const first = reached.filter((one) => found.admit(one));
    options.announce(logins, first.map(({ unit }) => unit), failedLogins, connections.flatMap(({ notices = [] }) => notices));
    let again = 0;
    await readAll(first, { ...options, found, work, madeAgain: (calls) => { again += calls; } });
    options.signal.throwIfAborted();
    const ended = found.finish();
    if (options.resumed !== undefined) await removeOthers(ended.units, { work, bundle: options.bundle });
    await joinGzip(join(work, 'ledger'), join(options.bundle, BUNDLE.calls));
    await joinGzip(join(work, 'redactions'), join(options.bundle, BUNDLE.redactions));
    const run: Run = {
      format: 'rollcall-bundle/1', run: options.run, derivationVersion: DERIVATION_VERSION, tool: { name: 'rollcall', version: options.toolVersion }, occasion: options.occasion, depth: options.depth,
      startedAt, finishedAt: instantOf(options.clock()), asOf: startedAt, redaction: { version: REDACTION_VERSION, enabled: options.redact }, logins: [...logins], failedLogins: [...failedLogins], host: hostname(),
      ...(options.resumed === undefined ? {} : { resumed: options.resumed.map((one, index, all) => (index === all.length - 1 ? { ...one, callsMadeAgain: again } : one)) }),
    };
    const scope: Scope = {
      declaredBy: options.declared ? 'configuration' : 'own login only', ...ended, expectedGaps: configuration.expectedGaps.map(({ cause, ...gap }) => ({ ...gap, ...(cause === undefined ? {} : { cause }) })),
      vendorUnits: configuration.vendors.map((vendor) => ({ ...vendor })), ownUnits: [...configuration.ownUnits],
    };
    return { run, scope };
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** Reads units, and what their lists bring into scope, as many at once as there is room for. The first fault of ours ends all and is thrown. */
async function readAll(first: readonly Reached[], options: CollectOptions & { readonly found: ScopeFound; readonly work: string; readonly madeAgain: (calls: number) => void }): Promise<void> {
  const { found, progress } = options;
  const redactor = createRedactor({ enabled: options.redact });
  const lanes = laneKeeper(options.configuration);
  // What lies within a unit is read while the unit has its place: behind all the others, thousands of accounts would stay open until their regions' turn.
  const gate = pLimit(UNITS_AT_ONCE);
  const within = pLimit(UNITS_AT_ONCE);
  const room = new HeldRows(MOST_ROWS_HELD);
  let broken = false;

  async function readOne(reached: Reached, place: typeof gate): Promise<void> {
    const { unit, connection, provider } = reached;
    const list = provider.parents?.find(({ unitKind }) => unitKind === unit.kind);
    const ended = join(options.work, 'ended', unitFolder(unit.id));
    const begun: Promise<void>[] = [];
    const begin = (listed: readonly Reached[]): void => {
      for (const child of listed) {
        if (!found.admit(child)) continue;
        const work = readOne(child, list?.within === true ? within : gate);
        // Whoever waits for all is told; until then it is nobody's.
        work.catch(() => undefined);
        begun.push(work);
      }
    };
    try {
      await place(async () => {
        await room.begin();
        let rows = 0;
        try {
          // One fault of ours ends the scan: what has not begun is not begun any more.
          if (broken) return;
          options.signal.throwIfAborted();
          // What a killed run had read to its end is not read again; what its list had, it kept.
          const before = await endedUnit(ended);
          if (before !== null) {
            if (list !== undefined) begin(found.children(reached, list, before));
            return;
          }
          const entered = await connection.enter?.(unit, options.signal) ?? { ok: true };
          if (!entered.ok) {
            found.unreachable(unit, entered.reason);
            // What a killed run had begun of it is of no unit in scope now.
            await removeParts(unitFolder(unit.id), options);
            progress({ kind: 'unit-unreachable', unit: unit.id, reason: entered.reason });
            return;
          }
          const reads = await collectUnit({
            unit, sources: sourcesOf(provider, unit), connection, lane: (source) => lanes.of(provider, unit, source), depth: options.depth, redactor, signal: options.signal, progress, clock: options.clock,
            pace: options.pace ?? PACE, bundle: options.bundle, work: options.work, keeps: list?.sources ?? [], ...(list?.pageByPage === true ? { paged: (page: UnitReads) => begin(found.onPage(reached, list, list.units(page))) } : {}), held: (count) => { rows += count; room.add(count); }, madeAgain: options.madeAgain,
          });
          const listed: EndedUnit = list === undefined ? { units: [], state: 'complete' } : { units: list.units(reads), state: stateOf(list.ended(reads)) };
          await writeFile(ended, JSON.stringify(listed));
          await rm(join(options.work, unitFolder(unit.id)), { recursive: true });
          if (list === undefined) return;
          begin(found.children(reached, list, listed));
          if (list.within !== true) progress({ kind: 'units-found', unit: unit.id, units: begun.length });
        } finally {
          room.end(rows);
        }
        if (list?.within === true) await allOf(begun);
      });
      await allOf(begun);
    } catch (error) {
      broken = true;
      await Promise.allSettled(begun);
      throw error;
    } finally {
      lanes.leave(unit);
      connection.leave?.(unit);
    }
  }
  await allOf(first.map((one) => readOne(one, gate)));
}

const endedSchema = z.object({ units: z.array(z.object({ id: z.string(), nativeId: z.string(), kind: z.string(), name: z.string().nullable(), closed: z.string().nullable() })), state: z.string() });

/** What a unit that was read to its end in a run that was killed had listed; null for one that was not. A file that was cut off is none. */
async function endedUnit(file: string): Promise<EndedUnit | null> {
  try {
    return endedSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

function stateOf(end: ReadEnd): string {
  return end.state === 'failed' ? end.outcome : end.state;
}

/** Waits for all, and throws the first failure only when nothing runs any more: files are closed then. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

interface Lanes { of(provider: Provider, unit: Unit, source: AnySource): RunningLane; /** Lets go of the lanes that were the unit's alone. */ leave(unit: Unit): void }

function laneKeeper(configuration: Configuration): Lanes {
  const shared = new Map<string, RunningLane>();
  const own = new Map<string, Map<string, RunningLane>>();
  const of: Lanes['of'] = (provider, unit, source) => {
    const declared = provider.lanes.find(({ id }) => id === source.lane);
    if (declared === undefined) throw new Error(`source ${source.id} names the lane ${source.lane}, which its provider does not have`);
    const lanes = declared.scope === 'unit' ? own.get(unit.id) ?? new Map<string, RunningLane>() : shared;
    if (declared.scope === 'unit') own.set(unit.id, lanes);
    const key = declared.scope === 'unit' ? declared.id : `${declared.id} ${unit.target}`;
    const lane = lanes.get(key) ?? startLane(withLimits(declared, configuration));
    lanes.set(key, lane);
    return lane;
  };
  return { of, leave: ({ id }) => { own.delete(id); } };
}

function withLimits(lane: Lane, configuration: Configuration): Lane {
  const limit = configuration.limits[lane.id];
  if (limit === undefined) return lane;
  return { ...lane, rate: limit.rate ?? lane.rate, burst: limit.burst ?? lane.burst, concurrency: limit.concurrency ?? lane.concurrency, source: `configuration: limits.${lane.id}` };
}

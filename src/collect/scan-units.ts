// SPDX-License-Identifier: Apache-2.0
import pLimit from 'p-limit';
import { hostname } from 'node:os';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE } from '../bundle/layout.ts';
import { DERIVATION_VERSION, type Run, type Scope } from '../bundle/records.ts';
import { instantOf, isInForce } from '../model/instant.ts';
import { ConnectError, sourcesOf, type AnySource, type Connection, type Depth, type Lane, type Provider, type Target } from '../model/source.ts';
import type { Unit } from '../model/unit.ts';
import type { Configuration } from '../scope/configuration.ts';
import { startLane, type RunningLane } from './lane.ts';
import type { Progress } from './progress.ts';
import { PACE, type Pace } from './read.ts';
import { createRedactor, REDACTION_VERSION } from './redact.ts';
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
  /** Called when all logins have answered or failed, before anything is read. */
  readonly announce: (logins: Run['logins'], units: readonly Unit[], failed: Run['failedLogins'], notices: readonly string[]) => void;
  readonly redact: boolean;
  readonly pace?: Pace;
}

interface Reached { readonly unit: Unit; readonly connection: Connection; readonly provider: Provider }

// Units read at once; each has its own lanes, so that more only costs memory and sockets.
const UNITS_AT_ONCE = 16;

/**
 * Logs in to every target, reads every unit in scope, and writes pages, ledger and redactions into the bundle folder.
 * A login or unit that fails is an outcome and stops nothing. Returns what `run.json` and `scope.json` say. Throws when aborted.
 */
export async function collect(options: CollectOptions): Promise<{ readonly run: Run; readonly scope: Scope }> {
  const { configuration } = options;
  const work = join(options.bundle, '.collecting');
  await mkdir(join(work, 'ledger'), { recursive: true });
  await mkdir(join(work, 'redactions'), { recursive: true });
  await mkdir(join(options.bundle, BUNDLE.pages), { recursive: true });
  const { connections, reached, logins, failedLogins, unreachable } = await logIn(options);
  try {
    const excluded = configuration.exclude.filter((entry) => isInForce(entry, instantOf(options.startedAt)));
    // What lies within an excluded unit, an account's region for one, is excluded with it.
    const inScope = reached.filter(({ unit }) => !excluded.some((exclusion) => exclusion.unit === unit.id || unit.id.startsWith(`${exclusion.unit}/`)));
    options.announce(logins, inScope.map(({ unit }) => unit), failedLogins, connections.flatMap(({ notices = [] }) => notices));
    const redactor = createRedactor({ enabled: options.redact });
    const lanes = laneKeeper(configuration);
    const gate = pLimit(UNITS_AT_ONCE);
    const results = await Promise.allSettled(inScope.map(({ unit, connection, provider }) => gate(() => collectUnit({
      unit, sources: sourcesOf(provider, unit), connection, lane: (source) => lanes(provider, unit, source), depth: options.depth, redactor, signal: options.signal, progress: options.progress, clock: options.clock,
      pace: options.pace ?? PACE, bundle: options.bundle, work,
    }))));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    options.signal.throwIfAborted();
    await joinGzip(join(work, 'ledger'), join(options.bundle, BUNDLE.calls));
    await joinGzip(join(work, 'redactions'), join(options.bundle, BUNDLE.redactions));
    await rm(work, { recursive: true });
    const startedAt = instantOf(options.startedAt);
    const run: Run = {
      format: 'rollcall-bundle/1', run: options.run, derivationVersion: DERIVATION_VERSION, tool: { name: 'rollcall', version: options.toolVersion }, occasion: options.occasion, depth: options.depth,
      startedAt, finishedAt: instantOf(options.clock()), asOf: startedAt, redaction: { version: REDACTION_VERSION, enabled: options.redact }, logins: [...logins], failedLogins: [...failedLogins], host: hostname(),
    };
    const scope: Scope = {
      declaredBy: options.declared ? 'configuration' : 'own login only', parentRead: false, statement: statementOf(options.declared), units: inScope.map(({ unit }) => unit),
      excluded: excluded.map((exclusion) => ({ ...exclusion })), unreachable: [...unreachable], expectedGaps: configuration.expectedGaps.map(({ cause, ...gap }) => ({ ...gap, ...(cause === undefined ? {} : { cause }) })),
      vendorUnits: configuration.vendors.map((vendor) => ({ ...vendor })), ownUnits: [...configuration.ownUnits],
    };
    return { run, scope };
  } finally {
    for (const connection of connections) connection.close();
    await rm(work, { recursive: true, force: true });
  }
}

function statementOf(declared: boolean): string {
  return declared
    ? 'No list of all accounts or clusters was read: management says that those declared are all.'
    : 'No configuration was given: only the account of the login at hand was read. No list of all accounts was read, and nobody has said that this is all.';
}

async function logIn(options: CollectOptions): Promise<{ connections: readonly Connection[]; reached: readonly Reached[]; logins: Run['logins']; failedLogins: Run['failedLogins']; unreachable: Scope['unreachable'] }> {
  const connections: Connection[] = [];
  const reached = new Map<string, Reached>();
  const logins: Run['logins'] = [];
  const failedLogins: Run['failedLogins'] = [];
  const unreachable: Scope['unreachable'] = [];
  for (const target of options.targets) {
    options.signal.throwIfAborted();
    const provider = options.providers.find(({ id }) => id === target.provider);
    if (provider === undefined) throw new Error(`target ${target.name} names the provider ${target.provider}, which the configuration's check let through`);
    const declared = (provider.declares?.units(target.scope) ?? []).map((id) => `${provider.id}:${id}`);
    try {
      const connection = await provider.connect(target, { userAgent: `rollcall/${options.toolVersion}` });
      connections.push(connection);
      logins.push({ target: target.name, provider: provider.id, ...connection.login });
      for (const unit of connection.units) {
        const basis = declared.includes(unit.id) ? 'declared' as const : unit.basis;
        // A unit that two logins reach is read once, by the first.
        if (!reached.has(unit.id)) reached.set(unit.id, { unit: { ...unit, basis }, connection, provider });
      }
      for (const { unit, reason } of connection.unreached ?? []) unreachable.push({ unit, target: target.name, reason });
      for (const id of declared) if (!connection.units.some((unit) => unit.id === id)) unreachable.push({ unit: id, target: target.name, reason: `the login of ${target.name} answered for ${connection.units.map((unit) => unit.id).join(', ') || 'nothing'}` });
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      failedLogins.push({ target: target.name, provider: provider.id, message: error.message });
      for (const id of declared.length === 0 ? [`${provider.id}:(unknown, behind ${target.name})`] : declared) unreachable.push({ unit: id, target: target.name, reason: `the login of ${target.name} did not answer: ${error.message}` });
      if (options.targets.length === 1) throw error;
    }
  }
  return { connections, reached: [...reached.values()], logins, failedLogins, unreachable };
}

function laneKeeper(configuration: Configuration): (provider: Provider, unit: Unit, source: AnySource) => RunningLane {
  const running = new Map<string, RunningLane>();
  return (provider, unit, source) => {
    const declared = provider.lanes.find(({ id }) => id === source.lane);
    if (declared === undefined) throw new Error(`source ${source.id} names the lane ${source.lane}, which its provider does not have`);
    const key = `${declared.id} ${declared.scope === 'unit' ? unit.id : unit.target}`;
    let lane = running.get(key);
    if (lane === undefined) {
      lane = startLane(withLimits(declared, configuration));
      running.set(key, lane);
    }
    return lane;
  };
}

function withLimits(lane: Lane, configuration: Configuration): Lane {
  const limit = configuration.limits[lane.id];
  if (limit === undefined) return lane;
  return { ...lane, rate: limit.rate ?? lane.rate, burst: limit.burst ?? lane.burst, concurrency: limit.concurrency ?? lane.concurrency, source: `configuration: limits.${lane.id}` };
}

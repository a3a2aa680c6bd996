// SPDX-License-Identifier: Apache-2.0
import { PROVIDERS } from '../../../scanners/index.ts';
import pLimit from 'p-limit';
import { detectSecrets } from '../../collect/detector.ts';
import { startLane, type RunningLane } from '../../collect/lane.ts';
import { PACE, readList } from '../../collect/read.ts';
import { createRedactor } from '../../collect/redact.ts';
import type { Outcome } from '../../model/ledger.ts';
import { notOptedIn, optedIn, sourcesOf, type Connection, type Depth, type ListedUnit, type ParentList, type Provider } from '../../model/source.ts';
import { byCodeUnit } from '../../model/json.ts';
import { UnitReads } from '../../model/unit-reads.ts';
import type { Unit } from '../../model/unit.ts';
import { isReadAt } from '../depth.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { load } from '../load.ts';
import { rightsIn, type Right } from '../rights.ts';
import { processTerminal, table } from '../terminal.ts';
import { VERSION } from '../version.ts';

const ACCOUNTS_AT_ONCE = 16;
/** So many units with the same answer are told one by one. */
const FEW = 3;

interface Finding { readonly unit: string; readonly operation: string; readonly permission: string; readonly result: Outcome | 'not tested'; readonly detail: string }

/** `rollcall doctor`: one smallest real read for each operation that the sources declare, and what the login's token or the provider says of its permissions. Exit 3 where one is refused or lacking; *not tested* where no read without an object's name exists. */
export async function doctor(options: { readonly config?: string; readonly depth: Depth; readonly quiet?: boolean; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const loaded = await load(options, PROVIDERS);
  const findings: Finding[] = [];
  const rights: Right[] = [];
  for (const target of loaded.targets) {
    const provider = PROVIDERS.find(({ id }) => id === target.provider);
    if (provider === undefined) continue;
    const connection = await provider.connect(target, { userAgent: `rollcall/${VERSION}`, detect: detectSecrets });
    terminal.note(`${provider.title}: ${connection.login.principal} answered for ${connection.units.map(({ id }) => id).join(', ')}`);
    const lanes = lanesOf(provider);
    const seen = new Set(connection.units.map(({ id }) => id));
    const gate = pLimit(ACCOUNTS_AT_ONCE);
    /** Tests a unit and what its lists bring into scope. What lies within a unit, as regions do, is tested for the login's own alone. */
    const test = async (unit: Unit, own: boolean): Promise<void> => {
      const tested = await gate(() => enterAndProbe(provider, connection, unit, options.depth, lanes(unit)));
      findings.push(...tested.findings);
      rights.push(...tested.rights);
      const list = provider.parents?.find(({ unitKind }) => unitKind === unit.kind);
      if (list === undefined || (list.within === true && !own)) return;
      const listed = (await childrenOf(provider, list, connection, unit, options.depth, lanes(unit))).filter((one) => one.closed === null && !seen.has(one.id) && list.isDeclared(target.scope, one));
      for (const { id } of listed) seen.add(id);
      // What lies within a unit has its permissions: one region stands for all, but where a policy of the organization tells them apart.
      const asked = list.within === true ? listed.toSorted((one, other) => byCodeUnit(one.id, other.id)).slice(0, 1) : listed;
      if (listed.length > 0) terminal.note(`${unit.id} lists ${listed.length} more ${list.children}${asked.length < listed.length ? ', of which one is tested' : ' to test'}.`);
      await Promise.all(asked.map(({ id, nativeId, kind, name }) => test({ id, provider: provider.id, kind, nativeId, name, target: target.name, basis: 'discovered', ...optedIn(provider, target.scope) }, false)));
    };
    for (const unit of connection.units) await test({ ...unit, ...optedIn(provider, target.scope) }, true);
    connection.close();
  }
  findings.sort((a, b) => byCodeUnit(a.unit, b.unit));
  rights.sort((a, b) => byCodeUnit(a.unit, b.unit));
  if (options.json === true) terminal.json({ findings, rights });
  else {
    for (const line of table(['unit', 'operation', 'permission', 'result', 'detail'], grouped(findings).map((finding) => [finding.unit, finding.operation, finding.permission, finding.result.replaceAll('_', ' '), finding.detail]), 90)) terminal.out(line);
    const odd = groupedRights(rights.filter(({ state }) => state !== 'held'));
    if (odd.length > 0) for (const line of ['', ...table(['unit', 'permission', 'the login', 'says', 'not read without it'], odd.map((right) => [right.unit, right.permission, right.state === 'cannot say' ? 'cannot say' : right.exact ? 'lacks it' : 'lacks it by name', right.basis, right.unread.join('; ')]), 90)]) terminal.out(line);
    if (rights.length > 0) terminal.note(`${rights.filter(({ state }) => state === 'held').length} of ${rights.length} permissions are held, as ${[...new Set(rights.map(({ basis }) => basis))].join('; ')} say.${rights.some(({ state, exact }) => state === 'lacking' && !exact) ? ' What is lacking by name may be held through a broader one: the reads above show it.' : ''}`);
    const refused = findings.filter(isRefused);
    terminal.note(refused.length === 0 ? 'Every operation that could be tested answered.' : `${refused.length} did not answer; \`rollcall permissions ${loaded.targets[0]?.provider ?? 'aws'}\` prints the policy that allows them.`);
  }
  return findings.some(isRefused) || rights.some(({ state, exact }) => state === 'lacking' && exact) ? EXIT.gap : EXIT.ok;
}

/** The same of several units as one line, so that an organization of many accounts can be read at a glance. */
function grouped(findings: readonly Finding[]): readonly Finding[] {
  return [...Map.groupBy(findings, ({ operation, result, detail, permission }) => [operation, permission, result, result === 'ok' || result === 'empty' ? '' : detail.replaceAll(/\d{12}/g, '')].join('\n')).values()]
    .flatMap((same) => (same.length <= FEW ? same : same.slice(0, 1).map((first) => ({ ...first, unit: `${first.unit} and ${same.length - 1} more` }))));
}

/** The same permission of several units as one line. */
function groupedRights(rights: readonly Right[]): readonly Right[] {
  return [...Map.groupBy(rights, ({ permission, state, basis }) => [permission, state, basis].join('\n')).values()]
    .flatMap((same) => (same.length <= FEW ? same : same.slice(0, 1).map((first) => ({ ...first, unit: `${first.unit} and ${same.length - 1} more` }))));
}

function isRefused(finding: Finding): boolean {
  // A report that was not made yet is an answer: the permission was there to say so.
  return finding.result !== 'ok' && finding.result !== 'empty' && finding.result !== 'not tested' && finding.result !== 'not_found';
}

/** Tests a unit once the login is in it. One that cannot be entered is a finding of its own, and stops no other. */
async function enterAndProbe(provider: Provider, connection: Connection, unit: Unit, depth: Depth, lanes: ReadonlyMap<string, RunningLane>): Promise<{ readonly findings: readonly Finding[]; readonly rights: readonly Right[] }> {
  const entered = await connection.enter?.(unit, AbortSignal.timeout(120_000)) ?? { ok: true };
  if (!entered.ok) return { findings: [{ unit: unit.id, operation: 'login', permission: 'the role that the scope names', result: 'unreachable', detail: await createRedactor({ enabled: true }).text(entered.reason) }], rights: [] };
  try {
    return { findings: await probeUnit(provider, connection, unit, depth, lanes), rights: await rightsIn(provider, connection, unit, depth, lanes, AbortSignal.timeout(300_000)) };
  } finally {
    connection.leave?.(unit);
  }
}

/** Lanes of a target: what its units share of a quota, they share here. */
function lanesOf(provider: Provider): (unit: Unit) => ReadonlyMap<string, RunningLane> {
  const shared = new Map(provider.lanes.filter(({ scope }) => scope !== 'unit').map((lane) => [lane.id, startLane(lane)]));
  const own = new Map<string, ReadonlyMap<string, RunningLane>>();
  return ({ id }) => {
    const lanes = own.get(id) ?? new Map([...shared, ...provider.lanes.filter(({ scope }) => scope === 'unit').map((lane) => [lane.id, startLane(lane)] as const)]);
    own.set(id, lanes);
    return lanes;
  };
}

/** The units that a unit's list has, read as a scan reads it, without keeping a page. */
async function childrenOf(provider: Provider, list: ParentList, connection: Connection, unit: Unit, depth: Depth, lanes: ReadonlyMap<string, RunningLane>): Promise<readonly ListedUnit[]> {
  const reads = new UnitReads(unit, depth);
  const signal = AbortSignal.timeout(300_000);
  for (const source of sourcesOf(provider, unit)) {
    const lane = lanes.get(source.lane);
    if (lane === undefined || !list.sources.includes(source.id) || source.parent !== null || notOptedIn(source, unit) !== null) continue;
    const { end, rows } = await readList(unit, source, { parent: null, parameters: {} }, {
      connection, lane, redactor: createRedactor({ enabled: true }), signal, progress: () => undefined, clock: Date.now, pace: PACE, keepRows: true,
      sink: { call: () => undefined, page: ({ body }) => body },
    });
    reads.read(source.id, null, end, rows);
  }
  return list.units(reads);
}

async function probeUnit(provider: Provider, connection: Connection, unit: Unit, depth: Depth, lanes: ReadonlyMap<string, RunningLane>): Promise<Finding[]> {
  const redactor = createRedactor({ enabled: true });
  const tested = new Set<string>();
  const findings: Finding[] = [];
  const signal = AbortSignal.timeout(300_000);
  for (const source of sourcesOf(provider, unit)) {
    if (!isReadAt(depth, source, unit)) continue;
    for (const operation of source.operations) {
      const name = `${operation.service}:${operation.operation}`;
      if (tested.has(name)) continue;
      tested.add(name);
      const row = { unit: unit.id, operation: name, permission: operation.permission };
      if ('untestable' in operation.probe) {
        findings.push({ ...row, result: 'not tested', detail: operation.probe.untestable });
        continue;
      }
      const { input } = operation.probe;
      const lane = lanes.get(source.lane);
      const send = (): ReturnType<Connection['send']> => connection.send(unit, { service: operation.service, operation: operation.operation, input }, signal);
      const reply = await (lane === undefined ? send() : lane.run(send, signal));
      findings.push({ ...row, result: reply.ok ? 'ok' : reply.outcome, detail: reply.ok ? '' : await redactor.text(`${reply.errorCode ?? ''} ${reply.message ?? ''}`.trim()) });
    }
  }
  return findings;
}

// SPDX-License-Identifier: Apache-2.0
import { PROVIDERS } from '../../../scanners/index.ts';
import { startLane } from '../../collect/lane.ts';
import { createRedactor } from '../../collect/redact.ts';
import type { Outcome } from '../../model/ledger.ts';
import { sourcesOf, type Connection, type Depth, type Provider } from '../../model/source.ts';
import type { Unit } from '../../model/unit.ts';
import { isReadAt } from '../depth.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { load } from '../load.ts';
import { processTerminal, table } from '../terminal.ts';
import { VERSION } from '../version.ts';

interface Finding { readonly unit: string; readonly operation: string; readonly permission: string; readonly result: Outcome | 'not tested'; readonly detail: string }

/** `rollcall doctor`: one smallest real read for each operation that the sources declare. Exit 3 where one is refused; *not tested* where no read without an object's name exists. */
export async function doctor(options: { readonly config?: string; readonly depth: Depth; readonly quiet?: boolean; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const loaded = await load(options, PROVIDERS);
  const findings: Finding[] = [];
  for (const target of loaded.targets) {
    const provider = PROVIDERS.find(({ id }) => id === target.provider);
    if (provider === undefined) continue;
    const connection = await provider.connect(target, { userAgent: `rollcall/${VERSION}` });
    terminal.note(`${provider.title}: ${connection.login.principal} answered for ${connection.units.map(({ id }) => id).join(', ')}`);
    for (const unit of connection.units) findings.push(...(await probeUnit(provider, connection, unit, options.depth)));
    connection.close();
  }
  if (options.json === true) terminal.json({ findings });
  else {
    for (const line of table(['unit', 'operation', 'permission', 'result', 'detail'], findings.map((finding) => [finding.unit, finding.operation, finding.permission, finding.result.replaceAll('_', ' '), finding.detail]), 90)) terminal.out(line);
    const refused = findings.filter(isRefused);
    terminal.note(refused.length === 0 ? 'Every operation that could be tested answered.' : `${refused.length} did not answer; \`rollcall permissions ${loaded.targets[0]?.provider ?? 'aws'}\` prints the policy that allows them.`);
  }
  return findings.some(isRefused) ? EXIT.gap : EXIT.ok;
}

function isRefused(finding: Finding): boolean {
  // A report that was not made yet is an answer: the permission was there to say so.
  return finding.result !== 'ok' && finding.result !== 'empty' && finding.result !== 'not tested' && finding.result !== 'not_found';
}

async function probeUnit(provider: Provider, connection: Connection, unit: Unit, depth: Depth): Promise<Finding[]> {
  const redactor = createRedactor({ enabled: true });
  const lanes = new Map(provider.lanes.map((lane) => [lane.id, startLane(lane)]));
  const tested = new Set<string>();
  const findings: Finding[] = [];
  const signal = AbortSignal.timeout(300_000);
  for (const source of sourcesOf(provider, unit)) {
    if (!isReadAt(depth, source)) continue;
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

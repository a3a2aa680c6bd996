// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { PROVIDERS } from '../../../scanners/index.ts';
import { checkpointOf } from '../../archive/anchors.ts';
import { authorityUrl } from '../../archive/time-stamp-authority.ts';
import { archivePaths } from '../../bundle/layout.ts';
import { anchorRanges, type AnchorRange } from '../../evidence/anchors.ts';
import { appendEvent } from '../../evidence/append-log.ts';
import { CHECKPOINTS, type NewEvent } from '../../evidence/log-format.ts';
import { readLog } from '../../evidence/read-log.ts';
import { InputError } from '../../model/errors.ts';
import { instantOf } from '../../model/instant.ts';
import type { Person } from '../../model/person.ts';
import { printable } from '../../model/printable.ts';
import { anchorWith } from '../anchoring.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { load } from '../load.ts';
import { personFrom } from '../person.ts';
import { chooseSigner } from '../signing.ts';
import { processTerminal, table, type Terminal } from '../terminal.ts';
import { isFolder } from '../what-stands.ts';

export interface AnchorOptions {
  readonly tsa?: string; readonly digest?: boolean; readonly list?: boolean; readonly keptAt?: string; readonly size?: number; readonly by?: string; readonly approval?: string; readonly personKey?: string;
  readonly timeout?: number; readonly archive: string; readonly config?: string; readonly key?: string; readonly quiet?: boolean; readonly json?: boolean;
}

/** `rollcall anchor`: a stamp over the newest checkpoint, or the checkpoint to hand over, or that it was handed over, or what is anchored so far. One of them at a time. */
export async function anchor(options: AnchorOptions): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const asked = [options.tsa !== undefined && '--tsa', options.digest === true && '--digest', options.list === true && '--list', options.keptAt !== undefined && '--kept-at'].filter((flag) => flag !== false);
  if (asked.length > 1) throw new InputError('anchor', `${asked.join(' and ')} are asked for at once`, 'ask for one at a time');
  const unused = [options.by !== undefined && '--by', options.approval !== undefined && '--approval', options.personKey !== undefined && '--person-key', options.size !== undefined && '--size'].find((flag) => flag !== false);
  if (options.keptAt === undefined && unused !== undefined) throw new InputError(unused, 'belongs to --kept-at', 'say with --kept-at to whom the checkpoint was handed over, or leave it out');
  if (!(await isFolder(archivePaths(options.archive).log))) throw new InputError('--archive', `${options.archive} holds no log`, 'name the folder of runs and log; a first scan makes it');
  if (options.digest === true) return digest(terminal, options);
  if (options.list === true) return list(terminal, options);
  return options.keptAt === undefined ? stamp(terminal, options) : handOver(terminal, options, options.keptAt);
}

async function stamp(terminal: Terminal, options: AnchorOptions): Promise<ExitCode> {
  const { configuration } = await load(options, PROVIDERS);
  const address = options.tsa ?? configuration.anchor?.url;
  if (address === undefined) throw new InputError('--tsa', 'no time stamp authority is named', 'name one with --tsa URL or as `anchor: {url}` in the configuration; --digest, --kept-at and --list need none');
  const url = authorityUrl(address, options.tsa === undefined ? 'anchor.url' : '--tsa');
  const { signer } = await chooseSigner(terminal, options.archive, configuration.signing, options.key);
  const outcome = await anchorWith(options.archive, url, signer, options.timeout === undefined ? undefined : options.timeout * 1000);
  if (options.json === true) terminal.json(outcome);
  else if (outcome.anchored) {
    terminal.out(`Anchored: ${printable(outcome.authority)} stamped entries 0 to ${outcome.size - 1} of the log at ${outcome.time}.`);
    terminal.out(`Kept as ${outcome.file}. With the authority's CA certificate, from the authority itself, anybody can check it:`);
    terminal.out(`  openssl ts -verify -data ${join(archivePaths(options.archive).log, CHECKPOINTS, String(outcome.size))} -in ${outcome.file} -CAfile CA.pem`);
  }
  if (outcome.anchored) return EXIT.ok;
  terminal.error(`rollcall: ${printable(outcome.reason)}\n  → nothing was kept or logged; try again, or another authority`);
  return outcome.code === 'wrong' ? EXIT.finding : EXIT.gap;
}

async function digest(terminal: Terminal, options: AnchorOptions): Promise<ExitCode> {
  const { bytes, checkpoint, sha256 } = await checkpointOf(options.archive);
  const file = join(archivePaths(options.archive).log, CHECKPOINTS, String(checkpoint.size));
  if (options.json === true) terminal.json({ file, log: checkpoint.origin, size: checkpoint.size, sha256, checkpoint: bytes.toString('utf8') });
  else {
    terminal.out(bytes.toString('utf8').trimEnd().split('\n').map(printable).join('\n'));
    terminal.out('');
    terminal.out(`${sha256}  ${file}`);
    terminal.note(`Give these lines, or the file, to somebody outside: by mail, in a commit, on paper. Then log it: rollcall anchor --kept-at "WHERE" --size ${checkpoint.size} --by "NAME"`);
  }
  return EXIT.ok;
}

async function handOver(terminal: Terminal, options: AnchorOptions, where: string): Promise<ExitCode> {
  if (options.by === undefined) throw new InputError('--by', 'nobody is named who handed it over', 'name the person, such as --by "Ines Duarte"');
  const { checkpoint, sha256 } = await checkpointOf(options.archive, options.size ?? null);
  const { configuration } = await load(options, PROVIDERS);
  const act = (by: Person): NewEvent => ({ event: 'checkpoint.anchored', at: instantOf(Date.now()), size: checkpoint.size, checkpointSha256: sha256, anchor: { kind: 'elsewhere', where, by } });
  const by = await personFrom('--by', { name: options.by, approval: options.approval, key: options.personKey }, options.archive, act);
  const { signer } = await chooseSigner(terminal, options.archive, configuration.signing, options.key);
  const event = await appendEvent(archivePaths(options.archive).log, act(by), signer);
  if (options.json === true) terminal.json(event);
  else terminal.out(`Logged as entry ${event.sequence}: the checkpoint over entries 0 to ${checkpoint.size - 1} was handed over (${printable(where)}), says ${printable(by.name)} (${by.basis}).`);
  return EXIT.ok;
}

async function list(terminal: Terminal, options: AnchorOptions): Promise<ExitCode> {
  const { events } = await readLog(archivePaths(options.archive).log);
  const ranges = anchorRanges(events);
  if (options.json === true) {
    terminal.json({ entries: events.length, anchored: ranges.filter(({ stamp: by }) => by !== null), unanchored: ranges.filter(({ stamp: by }) => by === null) });
    return EXIT.ok;
  }
  const rows = ranges.map(({ from, to, stamp: by, handOver: kept }) => [`${from} to ${to}`, events[from]?.at ?? '', by === null ? 'unanchored' : `${by.anchor.time} by ${by.anchor.authority}`, kept === null ? '' : `${kept.anchor.where} (${kept.anchor.by.name}, ${kept.anchor.by.basis})`]);
  for (const line of table(['entries', 'since', 'time stamp', 'handed over'], rows, 80)) terminal.out(line);
  terminal.note(words(ranges));
  return EXIT.ok;
}

function words(ranges: readonly AnchorRange[]): string {
  const open = ranges.filter(({ stamp: by }) => by === null).reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return `${open} ${open === 1 ? 'entry is' : 'entries are'} unanchored; the entry that logs a stamp is itself under no stamp until the next. This is what the log tells: \`rollcall verify --tsa-ca FILE\` checks the stamps.`;
}

// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROVIDERS } from '../../../scanners/index.ts';
import { parseJsonText, readJsonLines } from '../../bundle/jsonl.ts';
import { BUNDLE } from '../../bundle/layout.ts';
import { coverageSchema, runSchema } from '../../bundle/records.ts';
import { instantOf } from '../../model/instant.ts';
import { printable } from '../../model/printable.ts';
import { identitySchema } from '../../model/row.ts';
import { acceptancesOf } from '../../period/acceptances.ts';
import { lintAcceptances, lintConfiguration, lintOwners, type LintFinding } from '../../period/lint.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { load } from '../load.ts';
import { chosenRun, readingBundle } from '../newest-run.ts';
import { notMetRows, recordedOwners } from '../recorded-owners.ts';
import { eventsOf } from '../recording.ts';
import { processTerminal, table } from '../terminal.ts';

export interface LintOptions { readonly archive: string; readonly config?: string; readonly run?: string; readonly json?: boolean; readonly quiet?: boolean; readonly only: 'acceptances' | null }

/** `rollcall lint` and `rollcall acceptances lint`: what people wrote, held against the newest run. Exit 1 where something is found. */
export async function lint(options: LintOptions): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const now = instantOf(Date.now());
  const events = await eventsOf(options.archive);
  const bundle = await chosenRun({ archive: options.archive, ...(options.run === undefined ? {} : { run: options.run }) });
  const findings = await readingBundle(bundle, async (): Promise<readonly LintFinding[]> => {
    const found = [...lintAcceptances(acceptancesOf(events), await notMetRows(bundle), await recordedOwners(bundle), now)];
    if (options.only === 'acceptances') return found;
    const loaded = await load(options.config === undefined ? {} : { config: options.config }, PROVIDERS);
    const identities: Parameters<typeof lintOwners>[1][number][] = [];
    for await (const { id, name, address, kind, unit } of readJsonLines(join(bundle, BUNDLE.identities), identitySchema)) identities.push({ id, name, address, kind, unit });
    const coverage = parseJsonText(await readFile(join(bundle, BUNDLE.coverage), 'utf8'), coverageSchema, BUNDLE.coverage);
    return [...found, ...lintConfiguration(loaded.configuration, coverage, now), ...(loaded.ownersGiven ? lintOwners(loaded.owners, identities) : [])];
  });
  const run = parseJsonText(await readFile(join(bundle, BUNDLE.run), 'utf8'), runSchema, BUNDLE.run);
  if (options.json === true) terminal.json({ run: run.run, findings });
  else {
    if (findings.length === 0) terminal.out(`Nothing found, against the run of ${run.startedAt.slice(0, 10)}.`);
    else for (const line of table(['where', 'what', 'next'], findings.map(({ where, problem, remedy }) => [where, problem, remedy]), 100)) terminal.out(line);
    terminal.note(`Held against run ${printable(run.run)}.`);
  }
  return findings.length === 0 ? EXIT.ok : EXIT.finding;
}

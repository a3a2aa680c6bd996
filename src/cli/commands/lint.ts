// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PROVIDERS } from '../../../scanners/index.ts';
import { parseJsonText, readJsonLines } from '../../bundle/jsonl.ts';
import { BUNDLE } from '../../bundle/layout.ts';
import { coverageSchema, runSchema } from '../../bundle/records.ts';
import { instantOf } from '../../model/instant.ts';
import { printable } from '../../model/printable.ts';
import { identitySchema } from '../../model/row.ts';
import { foldedVerdictSchema, verdictSchema } from '../../model/verdict.ts';
import { acceptancesOf } from '../../period/acceptances.ts';
import { lintAcceptances, lintConfiguration, lintOwners, type LintFinding, type NotMetRow } from '../../period/lint.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { load } from '../load.ts';
import { chosenRun, readingBundle } from '../newest-run.ts';
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
    const notMet: NotMetRow[] = [];
    for await (const verdict of readJsonLines(join(bundle, BUNDLE.verdicts), z.union([verdictSchema, foldedVerdictSchema]))) if (verdict.type === 'verdict' && verdict.result === 'not_met') notMet.push({ check: verdict.check, unit: verdict.unit, subject: verdict.subject });
    const owned = new Map<string, string>();
    const identities = [];
    for await (const identity of readJsonLines(join(bundle, BUNDLE.identities), identitySchema)) {
      identities.push({ id: identity.id, name: identity.name, address: identity.address, kind: identity.kind, unit: identity.unit });
      if (identity.owner.status === 'known' && identity.owner.value !== null) owned.set(identity.key, identity.owner.value.owner);
    }
    const found = [...lintAcceptances(acceptancesOf(events), notMet, owned, now)];
    if (options.only === 'acceptances') return found;
    const loaded = await load(options.config === undefined ? {} : { config: options.config }, PROVIDERS);
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

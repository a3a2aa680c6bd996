// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROVIDERS } from '../../../scanners/index.ts';
import { damageOf } from '../../archive/runs.ts';
import { archivePaths } from '../../bundle/layout.ts';
import { CHECKS } from '../../checks/all.ts';
import { readLog } from '../../evidence/read-log.ts';
import { readRun } from '../../evidence/read-seal.ts';
import { followReferences } from '../../inventory/follow-reference.ts';
import { InputError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import { safePathPart, type PageReference } from '../../model/reference.ts';
import { acceptancesOf, accepts, acceptanceState } from '../../period/acceptances.ts';
import { oneAndTheSame } from '../../period/review.ts';
import { readTodo } from '../../period/todo-read.ts';
import { endLines, NO_OWNER, todoMarkdown } from '../../period/todo-text.ts';
import { todoSheets, type TodoSheet } from '../../period/todo.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { chosenRun, readingBundle } from '../newest-run.ts';
import { processTerminal, type Terminal } from '../terminal.ts';
import { isFolder } from '../what-stands.ts';

export interface TodoOptions { readonly run?: string; readonly archive: string; readonly owner?: string; readonly out?: string; readonly json?: boolean; readonly quiet?: boolean }

/** `rollcall todo`: what to do next, one sheet an owner. */
export async function todo(options: TodoOptions): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const bundle = await chosenRun(options);
  return readingBundle(bundle, async () => {
    const run = await readRun(bundle);
    const { log } = archivePaths(options.archive);
    const inForce = (await isFolder(log)) ? acceptancesOf((await readLog(log)).events).filter((acceptance) => acceptanceState(acceptance, run.asOf) === 'in force') : [];
    const all = todoSheets({ ...(await readTodo(bundle)), checks: new Map(CHECKS.map((check) => [check.id, check])), accepted: (verdict) => inForce.some((acceptance) => accepts(acceptance, verdict)), asOf: run.asOf });
    const { owner } = options;
    const sheets = owner === undefined ? all : all.filter((sheet) => (sheet.owner === null ? owner === NO_OWNER : oneAndTheSame(sheet.owner, owner)));
    if (owner !== undefined && sheets.length === 0) throw new InputError('--owner', `nothing is to be done by ${owner}`, all.length === 0 ? 'nothing is not met in this run' : `there are sheets of ${all.slice(0, 8).map((sheet) => sheet.owner ?? NO_OWNER).join(', ')}`);
    const { commands, problem } = await commandsOf(bundle, sheets);
    if (problem !== null) terminal.note(`Without the provider's own commands: ${printable(problem)}`);
    const commandOf = (reference: string): string | null => commands.get(reference) ?? null;
    const about = { run: run.run, asOf: run.asOf };
    const files = options.out === undefined ? null : await writeSheets(options.out, sheets.map((sheet): [string, string] => [fileOf(sheet), todoMarkdown(sheet, about, commandOf)]));
    if (options.json === true) terminal.json({ bundle, ...about, sheets: sheets.map((sheet) => ({ ...sheet, actions: sheet.actions.map((action) => ({ ...action, command: commandOf(action.rows[0]?.ref ?? '') })) })), files: files ?? [] });
    else if (files !== null) for (const file of files) terminal.out(printable(file));
    else if (sheets.length === 0) terminal.out('Nothing is not met in this run. What could not be evaluated is another matter: data/coverage.json tells.');
    else for (const sheet of sheets) print(terminal, sheet, commandOf);
    return EXIT.ok;
  });
}

/** The provider's commands that show the first record of each action. Sheets stand without them where pages are not at hand. */
async function commandsOf(bundle: string, sheets: readonly TodoSheet[]): Promise<{ readonly commands: ReadonlyMap<string, string>; readonly problem: string | null }> {
  const references = sheets.flatMap(({ actions }) => actions.flatMap(({ rows }) => (rows[0]?.ref === undefined || rows[0].ref === null ? [] : [rows[0].ref as PageReference])));
  try {
    const { followed, problems } = await followReferences(bundle, references, PROVIDERS);
    return { commands: new Map(followed.map(({ reference, command }) => [reference, command])), problem: problems[0] ?? null };
  } catch (error) {
    return { commands: new Map(), problem: damageOf(error) };
  }
}

/** A name that no owner's name can leave the folder with, nor be too long for a file system. */
function fileOf({ owner }: TodoSheet): string {
  const part = safePathPart((owner ?? NO_OWNER).toWellFormed());
  return `${part.slice(0, 120)}.md`;
}

async function writeSheets(folder: string, sheets: readonly (readonly [string, string])[]): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const taken = new Set<string>();
  const files: string[] = [];
  for (const [name, text] of sheets) {
    let own = name;
    for (let again = 2; taken.has(own.toLowerCase()); again += 1) own = name.replace(/\.md$/, `-${again}.md`);
    taken.add(own.toLowerCase());
    await writeFile(join(folder, own), text);
    files.push(join(folder, own));
  }
  return files;
}

function print(terminal: Terminal, sheet: TodoSheet, commandOf: (reference: string) => string | null): void {
  terminal.out(terminal.bold(printable(sheet.owner ?? NO_OWNER)));
  for (const [at, { title, how, rows }] of sheet.actions.entries()) {
    terminal.out(`  ${at + 1}. ${printable(title)} (settles ${rows.length})`);
    if (how !== '') terminal.out(`     ${printable(how)}`);
    for (const { subject, check } of rows.slice(0, 3)) terminal.out(terminal.dim(`     ${printable(subject)}  ${check}`));
    if (rows.length > 3) terminal.out(terminal.dim(`     and ${rows.length - 3} more`));
    const command = commandOf(rows[0]?.ref ?? '');
    if (command !== null) terminal.out(terminal.dim(`     $ ${printable(command)}`));
  }
  for (const line of endLines(sheet)) terminal.out(`  ${line}`);
  terminal.out('');
}

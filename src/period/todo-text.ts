// SPDX-License-Identifier: Apache-2.0
import { printable } from '../model/printable.ts';
import type { Action, TodoSheet } from './todo.ts';
import { counted } from './words.ts';

/** How many rows of an action a sheet lists; the others are counted. */
const MOST_ROWS = 20;

/** A text of a resource or person in Markdown: nothing in it is markup, a link or a line of its own. */
export function markdownText(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]()<>#+\-.!|~=&:@]/g, (character) => `\\${character}`);
}

/** An owner's sheet in Markdown. `commandOf`: the provider's own command that shows the record behind a reference today, where its source gives one. */
export function todoMarkdown(sheet: TodoSheet, about: { readonly run: string; readonly asOf: string }, commandOf: (reference: string) => string | null): string {
  const lines = [`# To do: ${markdownText(sheet.owner ?? NO_OWNER)}`, '', `From run ${markdownText(about.run)}, as of ${about.asOf}. The action that settles most comes first.`, ''];
  for (const [at, action] of sheet.actions.entries()) lines.push(`## ${at + 1}. ${markdownText(action.title)}`, '', `Settles ${counted(action.rows.length, 'result')}. ${markdownText(action.how)}`, '', ...rowLines(action), '', ...commandLines(action, commandOf));
  return `${[...lines, ...endLines(sheet).map((line) => `${line}\n`)].join('\n').trimEnd()}\n`;
}

export const NO_OWNER = 'no owner recorded';

function rowLines({ rows }: Action): readonly string[] {
  const listed = rows.slice(0, MOST_ROWS).map(({ check, subject, reason }) => `- ${markdownText(subject)}: ${markdownText(check)}: ${markdownText(reason)}`);
  return rows.length > MOST_ROWS ? [...listed, `- and ${rows.length - MOST_ROWS} more`] : listed;
}

function commandLines({ rows }: Action, commandOf: (reference: string) => string | null): readonly string[] {
  const ref = rows[0]?.ref ?? null;
  const command = ref === null ? null : commandOf(ref);
  return command === null ? [] : ['The first of them at the provider, as it is today:', '', `    ${printable(command)}`, ''];
}

/** What stands below the actions of a sheet. */
export function endLines({ more, folded, accepted }: TodoSheet): readonly string[] {
  return [
    ...(more.actions === 0 ? [] : [`After these: ${counted(more.actions, 'action')} that ${more.actions === 1 ? 'settles' : 'settle'} ${counted(more.rows, 'result')}.`]),
    ...(folded.providerMade + folded.neverUsedAndDisabled === 0 ? [] : [`Not first: ${counted(folded.providerMade, 'result')} on what the provider made, ${folded.neverUsedAndDisabled} on what was never used and is disabled already.`]),
    ...(accepted === 0 ? [] : [`${counted(accepted, 'result')} with an acceptance in force.`]),
  ];
}

// SPDX-License-Identifier: Apache-2.0
import { momentInWords, whenInWords } from '../report/html/words.ts';
import type { Dated, LifeLine, NotObserved, Proof, RunRef } from './history.ts';

const BASIS_WORDS = { event: "the provider's audit log", snapshot: 'what runs listed', both: "the provider's audit log and what runs listed" } as const;
const PROOF_WORDS: { readonly [proof in Proof]: string } = {
  list: 'the complete list of its kind does not have it', 'holder list': "its holder's complete list does not have it", 'holder gone': 'its holder is gone', event: "the provider's audit log says so, and no run has seen it since",
};

/** A date with what it stands on: `on 2026-07-03 … (from the audit log)`. */
export function datedInWords({ when, basis }: Dated): string {
  return `${when.from === when.to ? `at ${whenInWords(when)}` : whenInWords(when)} (from ${BASIS_WORDS[basis]})`;
}

function runInWords({ run, at }: RunRef): string {
  return `run ${run} of ${momentInWords(at)}`;
}

/** A life line as people read it: one fact a line, each with the runs or events that it stands on. Text of resources is as the provider has it: whoever shows it escapes it. */
export function lifeInWords(line: LifeLine): readonly { readonly name: string; readonly text: string }[] {
  const lines: { name: string; text: string }[] = [];
  const tell = (name: string, text: string): void => {
    lines.push({ name, text });
  };
  tell('unit', line.unit);
  if (line.type === 'credential') tell('held by', line.identity ?? (line.firstSeen === null ? `one that the event names ${line.name ?? 'not at all'}, without its id` : 'the unit itself'));
  if (line.class !== null) tell('class', line.class);
  tell('known from', BASIS_WORDS[line.basis]);
  tell('came', `${datedInWords(line.appeared)}${line.absentBefore === null ? '' : `; not in the complete list of ${runInWords(line.absentBefore)}`}`);
  tell('first seen', line.firstSeen === null ? 'by no run' : `by ${runInWords(line.firstSeen)}`);
  for (const { status, cause, from, to, changed } of line.statuses) {
    if (status === 'present') continue;
    tell(status === 'unknown' ? `status unknown` : status, `${cause === null ? '' : `${cause.replaceAll('_', ' ')}; `}seen so from ${runInWords(from)} to ${runInWords(to)}${changed === null ? '' : `; became so ${datedInWords(changed)}`}`);
  }
  for (const gone of line.gone) {
    tell('gone', `${datedInWords(gone)}; ${PROOF_WORDS[gone.proof]}${gone.provenBy === null ? '' : `: ${runInWords(gone.provenBy)}`}; last seen ${gone.lastSeen === null ? 'by no run' : `by ${runInWords(gone.lastSeen)}`}`);
    if (gone.reappeared !== null) tell('reappeared', `${datedInWords(gone.reappeared)}; seen by ${runInWords(gone.reappeared.run)}`);
  }
  tell('now', line.state === 'present' ? `present: seen by the newest run, ${line.lastSeen === null ? '' : runInWords(line.lastSeen)}` : line.state === 'gone' ? 'gone, proven' : notObservedInWords(line.notObserved));
  if (line.successor !== null) {
    const { key, appeared, overlap, older, ended, basis } = line.successor;
    tell('succeeded by', `${key}, which came ${datedInWords(appeared)}; both at once: ${overlap}; this one: ${older}${ended === null ? '' : ` ${datedInWords(ended)}`}; ${basis}. Whether it replaces this one is for its owner to say`);
  }
  for (const { field, before, after, from, to } of line.changes) tell(`${field} changed`, `from ${before} to ${after}, between ${runInWords(from)} and ${runInWords(to)}`);
  for (const event of line.events) tell('audit log', `${event.kind} at ${momentInWords(event.at)} by ${event.operation}${event.actor === null ? '' : `, ${event.actor}`} (${event.key})`);
  for (const { kind, text } of line.differences) tell('disagreement', `${kind}: ${text}`);
  return lines;
}

function notObservedInWords(notObserved: NotObserved | null): string {
  if (notObserved === null) return 'not observed';
  const { lastSeen, reasons } = notObserved;
  return `not observed since ${lastSeen === null ? 'it was made' : runInWords(lastSeen)}, and not proven gone: ${reasons.map(({ run, why }) => `${runInWords(run)}: ${why}`).join('; ')}`;
}

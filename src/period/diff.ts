// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { instantSchema, whenSchema } from '../model/instant.ts';
import { RESULTS, SEVERITIES } from '../model/verdict.ts';
import { changeSchema } from './changes.ts';

const text = z.string();
const side = z.object({ run: text, startedAt: instantSchema, finishedAt: instantSchema, depth: text, tool: text, occasion: text });
const subject = z.object({ key: text, type: z.enum(['identity', 'credential']), kind: text, unit: text, identity: text.nullable(), name: text.nullable() });
const dated = z.object({ when: whenSchema, basis: z.enum(['event', 'snapshot', 'both']), event: text.nullable() });
const moved = subject.extend({ dated });

/** What a run says of a check and a subject: a verdict, or none of its own: the check does not apply to it, or the run does not list it. */
export const STANDS = [...RESULTS, 'no verdict'] as const;

/** What `rollcall diff --json` prints: what became of identities and credentials from one run to another, and what the two runs cannot be compared in. */
export const diffSchema = z.object({
  a: side, b: side,
  /** Created between the runs: proven by a complete list of A that lacks it, or by its date. */
  created: z.array(moved),
  /** A holder has a new credential of a kind and one that it had before is disabled or gone. Nothing says that one replaces the other. */
  rotated: z.array(z.object({ identity: text, kind: text, unit: text, older: text, newer: text, appeared: dated, became: z.enum(['disabled', 'gone']), ended: dated, basis: text })),
  enabled: z.array(moved), disabled: z.array(moved),
  /** Gone, proven: see `proof`. */
  revoked: z.array(moved.extend({ proof: z.enum(['list', 'holder list', 'holder gone', 'event']) })),
  /** Came back: an earlier run of the archive had it, and one between proved it gone. Empty where no archive was asked. */
  reappeared: z.array(moved),
  /** Known only from the provider's audit log: came and went between the runs. */
  between: z.array(moved.extend({ gone: dated.nullable() })),
  changed: z.array(subject.extend({ field: text, before: text, after: text })),
  /** Where the provider's audit log and the lists disagree. */
  differences: z.array(z.object({ key: text, kind: text, text, events: z.array(text), runs: z.array(text) })),
  verdicts: z.array(z.object({ check: text, severity: z.enum(SEVERITIES), subject: text, unit: text, from: z.enum(STANDS), to: z.enum(STANDS), reason: text })),
  /** What changed in scope, rules, thresholds, controls, inputs, tool. */
  basis: z.array(changeSchema),
  notComparable: z.object({
    depth: z.object({ a: text, b: text }).nullable(),
    units: z.array(z.object({ unit: text, a: text, b: text })),
    /** Kinds of which not both runs have a complete list; null: complete. */
    kinds: z.array(z.object({ unit: text, kind: text, a: text.nullable(), b: text.nullable() })),
    /** Reads that did not end well, of either run. */
    reads: z.array(z.object({ side: z.enum(['a', 'b']), unit: text, source: text, operation: text, outcome: text, reads: z.int() })),
    /** What only one run lists, and nothing proves that the other could have: counted by reason. */
    unproven: z.array(z.object({ listedBy: z.enum(['a', 'b']), unit: text, kind: text, why: text, count: z.int(), keys: z.array(text) })),
  }),
  /** Of `--fail-on-new`: what is not met in B and surely was not so in A; and what cannot be said, with why. Null where it was not asked. */
  failOnNew: z.object({
    severity: z.enum(SEVERITIES), answer: z.enum(['none', 'new', 'cannot say']),
    new: z.array(z.object({ check: text, severity: z.enum(SEVERITIES), subject: text, unit: text, reason: text })),
    cannotSay: z.array(z.object({ check: text, subject: text, unit: text, why: text })),
  }).nullable(),
});
export type Diff = z.output<typeof diffSchema>;

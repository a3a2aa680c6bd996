// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BundleFormatError, gunzipLines, parseJsonText, readJsonLines } from '../bundle/jsonl.ts';
import { BUNDLE, COLLECTED } from '../bundle/layout.ts';
import { isScopeGap, coverageSchema, runSchema, type Run } from '../bundle/records.ts';
import { RESULTS } from '../model/verdict.ts';
import { filesOf } from './bag.ts';
import { digestOfFile, sha256 } from './digest.ts';
import { envelopeSchema, type Envelope } from './dsse.ts';
import { statementSchema, type Statement } from './statement.ts';

/** A seal as it stands in a bundle: the file's text, the envelope in it and the statement in that. */
export interface Seal { readonly text: string; readonly envelope: Envelope; readonly statement: Statement; readonly statementText: string }

/** The seal of a bundle, or null where it has none. Throws a BundleFormatError where the file is no seal. */
export async function readSeal(bundle: string): Promise<Seal | null> {
  let text: string;
  try {
    text = await readFile(join(bundle, BUNDLE.seal), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new BundleFormatError(join(bundle, BUNDLE.seal), 'cannot be read', { cause: error });
  }
  const envelope = parseJsonText(text, envelopeSchema, BUNDLE.seal);
  const statementText = Buffer.from(envelope.payload, 'base64').toString('utf8');
  return { text, envelope, statement: parseJsonText(statementText, statementSchema, BUNDLE.seal), statementText };
}

/** SHA-256 of the statement's exact bytes, as the log has it. */
export function statementDigest(envelope: Envelope): string {
  return sha256(Buffer.from(envelope.payload, 'base64'));
}

/** `run.json` of a bundle. Throws a BundleFormatError where it is missing or no run. */
export async function readRun(bundle: string): Promise<Run> {
  try {
    return parseJsonText(await readFile(join(bundle, BUNDLE.run), 'utf8'), runSchema, BUNDLE.run);
  } catch (error) {
    if (error instanceof BundleFormatError) throw error;
    throw new BundleFormatError(join(bundle, BUNDLE.run), 'cannot be read; is this the folder of a run?', { cause: error });
  }
}

/** Digest over the collected files alone, in the form of a manifest: logged when reading ends, so that pages cannot change before the seal unseen. */
export async function collectedDigest(bundle: string): Promise<string> {
  const { files } = await filesOf(bundle, BUNDLE.data);
  const lines: string[] = [];
  for (const file of files) if (COLLECTED.some((path) => file === path || file.startsWith(`${path}/`))) lines.push(`${(await digestOfFile(join(bundle, file))).sha256}  ${file}\n`);
  return sha256(lines.join(''));
}

// Counting needs these members alone; whether the rest fits is asked where verdicts are used.
const countedVerdict = z.discriminatedUnion('type', [z.object({ type: z.literal('verdict'), result: z.enum(RESULTS) }), z.object({ type: z.literal('not_applicable'), count: z.int() })]);

/** What a bundle holds, counted from the files themselves; `bag` is its payload. Throws a BundleFormatError on a damaged file. */
export async function countsOf(bundle: string, bag: { readonly files: number; readonly bytes: number }): Promise<Pick<Statement['predicate'], 'counts' | 'gaps'>> {
  const coverage = parseJsonText(await readFile(join(bundle, BUNDLE.coverage), 'utf8'), coverageSchema, BUNDLE.coverage);
  const verdicts: { [result: string]: number } = {};
  for await (const verdict of readJsonLines(join(bundle, BUNDLE.verdicts), countedVerdict)) {
    const [result, by] = verdict.type === 'verdict' ? [verdict.result, 1] : ['not_applicable', verdict.count];
    verdicts[result] = (verdicts[result] ?? 0) + by;
  }
  let calls = 0;
  let pages = 0;
  for (const { reads } of coverage.units) {
    calls += reads?.calls ?? 0;
    pages += reads?.pages ?? 0;
  }
  return {
    counts: { files: bag.files, bytes: bag.bytes, calls, pages, identities: await lineCount(join(bundle, BUNDLE.identities)), credentials: await lineCount(join(bundle, BUNDLE.credentials)), verdicts },
    gaps: coverage.gaps.length + coverage.units.filter(({ outcome }) => isScopeGap(outcome)).length,
  };
}

async function lineCount(file: string): Promise<number> {
  let count = 0;
  for await (const _line of gunzipLines(file)) count += 1;
  return count;
}

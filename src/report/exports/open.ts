// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BundleFormatError, readJsonLines } from '../../bundle/jsonl.ts';
import { BUNDLE } from '../../bundle/layout.ts';
import { evidenceSchema } from '../../bundle/records.ts';
import type { Check } from '../../checks/define.ts';
import { digestOfFile } from '../../evidence/digest.ts';
import { populationFile, POPULATIONS } from '../../evidence/populations.ts';
import { foldedVerdictSchema, RESULTS, verdictSchema, type Result, type Severity } from '../../model/verdict.ts';
import { readRecords, type Records } from '../html/read-bundle.ts';
import type { FromLog } from './from-log.ts';

/** A file of the bundle that an export names, with the digest that the sealed manifest gives it. */
export interface NamedFile { readonly file: string; readonly sha256: string; readonly mediaType: string; readonly title: string }

/** A check as this bundle's verdicts have it; words of the catalogue only where it is the same version of the check. */
export interface CheckSeen {
  readonly id: string; readonly version: number; readonly severity: Severity | null; readonly expected: string; readonly title: string;
  readonly words: { readonly rationale: string; readonly remediation: string; readonly limits: string } | null;
  readonly counts: { readonly [result in Result]: number };
}

/** Single-document files of the bundle; evidence without its lists of subjects, which verdicts tell one by one. */
export type ExportRecords = Omit<Records, 'evidence'> & { readonly evidence: readonly z.output<typeof evidenceHead>[] };
const evidenceHead = evidenceSchema.omit({ deviationCandidates: true, notEvaluated: true });
const counted = z.discriminatedUnion('type', [verdictSchema.pick({ type: true, check: true, checkVersion: true, result: true, severity: true, expected: true }), foldedVerdictSchema.pick({ type: true, check: true, checkVersion: true, count: true })]);

/** What every export is made from. */
export interface ExportBundle {
  readonly dir: string;
  readonly records: ExportRecords;
  /** Checks that have a verdict here, by id. */
  readonly checks: readonly CheckSeen[];
  readonly files: readonly NamedFile[];
  /** SHA-256 of a file of the bundle as it was sealed; undefined for one that the manifest does not list. */
  digestOf(file: string): string | undefined;
  readonly log: FromLog | null;
}

/**
 * Reads what every export needs from a sealed bundle, and holds each file that exports are made from against the sealed manifest.
 * Throws a BundleFormatError that names the file which is missing from it or differs. `log`: null where no log is at hand.
 */
export async function openForExport(dir: string, catalogue: readonly Check[], log: FromLog | null): Promise<ExportBundle> {
  const manifest = new Map((await readFile(join(dir, BUNDLE.manifest), 'utf8')).split('\n').flatMap((line) => (/^[0-9a-f]{64} {2}/.test(line) ? [[line.slice(66), line.slice(0, 64)] as const] : [])));
  const whole = await readRecords(dir);
  const records = { ...whole, evidence: whole.evidence.map((record) => evidenceHead.parse(record)) };
  const files: NamedFile[] = [];
  for (const { file, mediaType, title } of named(records)) files.push({ file, mediaType, title, sha256: await sealedDigest(dir, file, manifest) });
  for (const file of [BUNDLE.identities, BUNDLE.credentials, BUNDLE.trusts]) await sealedDigest(dir, file, manifest);
  return { dir, records, checks: await checksSeen(dir, catalogue), files, digestOf: (file) => manifest.get(file), log };
}

function named({ evidence, frameworks }: ExportRecords): readonly Omit<NamedFile, 'sha256'>[] {
  const json = 'application/json';
  return [
    { file: BUNDLE.run, mediaType: json, title: 'The run: what ran, when and as whom' },
    { file: BUNDLE.scope, mediaType: json, title: 'The scope that management declared' },
    { file: BUNDLE.coverage, mediaType: json, title: 'What became of every unit and read, and what could not be read' },
    { file: BUNDLE.coverageUnits, mediaType: 'application/gzip', title: 'Reads, skips and lists of every unit, source by source' },
    { file: BUNDLE.verdicts, mediaType: 'application/gzip', title: 'Every verdict, with reason and references' },
    ...POPULATIONS.map((name) => ({ file: populationFile(name), mediaType: 'text/csv', title: `Population ${name}, numbered from 1` })),
    ...evidence.map(({ control }) => ({ file: `${BUNDLE.evidence}/${control.id}.json`, mediaType: json, title: `Evidence record of control ${control.id}` })),
    ...(frameworks === null ? [] : [{ file: BUNDLE.frameworks, mediaType: json, title: 'Which control and check bear on which requirement' }]),
  ];
}

async function sealedDigest(dir: string, file: string, manifest: ReadonlyMap<string, string>): Promise<string> {
  const expected = manifest.get(file);
  if (expected === undefined) throw new BundleFormatError(file, `${BUNDLE.manifest} does not list it: only a sealed bundle is exported`);
  const { sha256 } = await digestOfFile(join(dir, file));
  if (sha256 !== expected) throw new BundleFormatError(file, `is not as it was sealed: ${BUNDLE.manifest} has another digest`);
  return sha256;
}

/** One pass over the verdicts: each check with its counts. */
async function checksSeen(dir: string, catalogue: readonly Check[]): Promise<CheckSeen[]> {
  const seen = new Map<string, { version: number; severity: Severity | null; expected: string; readonly counts: { [result in Result]: number } }>();
  for await (const row of readJsonLines(join(dir, BUNDLE.verdicts), counted)) {
    let entry = seen.get(row.check);
    if (entry === undefined) {
      entry = { version: row.checkVersion, severity: null, expected: '', counts: Object.fromEntries(RESULTS.map((result) => [result, 0])) as { [result in Result]: number } };
      seen.set(row.check, entry);
    }
    if (row.type === 'not_applicable') entry.counts.not_applicable += row.count;
    else {
      entry.counts[row.result] += 1;
      entry.severity = row.severity;
      entry.expected = row.expected;
    }
  }
  return [...seen].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([id, entry]) => {
    const check = catalogue.find((candidate) => candidate.id === id && candidate.version === entry.version);
    return { id, ...entry, severity: entry.severity ?? check?.severity ?? null, title: check?.title ?? id, words: check === undefined ? null : { rationale: check.rationale, remediation: check.remediation, limits: check.limits } };
  });
}

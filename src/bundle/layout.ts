// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { safePathPart, unitFolder } from '../model/reference.ts';

/** Where everything stands in a bundle, relative to its folder. Derived files can be deleted and made again by `rollcall seal`. */
export const BUNDLE = {
  declaration: 'bagit.txt',
  info: 'bag-info.txt',
  manifest: 'manifest-sha256.txt',
  tagManifest: 'tagmanifest-sha256.txt',
  seal: 'seal.dsse.json',
  data: 'data',
  cover: 'data/README.md',
  run: 'data/run.json',
  scope: 'data/scope.json',
  inputs: 'data/inputs',
  calls: 'data/calls.jsonl.gz',
  redactions: 'data/redactions.jsonl.gz',
  pages: 'data/pages',
  coverage: 'data/coverage.json',
  coverageUnits: 'data/coverage-units.jsonl.gz',
  identities: 'data/inventory/identities.jsonl.gz',
  credentials: 'data/inventory/credentials.jsonl.gz',
  grants: 'data/inventory/grants.jsonl.gz',
  trusts: 'data/inventory/trusts.jsonl.gz',
  objects: 'data/inventory/objects.jsonl.gz',
  events: 'data/inventory/events.jsonl.gz',
  populations: 'data/populations',
  verdicts: 'data/verdicts.jsonl.gz',
  evidence: 'data/evidence',
  frameworks: 'data/evidence/frameworks.json',
  html: 'data/report/index.html',
  workbook: 'data/report/populations.xlsx',
} as const;

/** What a scan writes and nothing can make again; the rest of `data/` is derived from it. */
export const COLLECTED: readonly string[] = [BUNDLE.run, BUNDLE.scope, BUNDLE.inputs, BUNDLE.calls, BUNDLE.redactions, BUNDLE.pages];

/** File of a unit's pages of one source, relative to the bundle. */
export function pagesFile(unitId: string, source: string): string {
  return `${BUNDLE.pages}/${unitFolder(unitId)}/${safePathPart(source)}.jsonl.gz`;
}

/** Folders of an archive: sealed runs, the log, runs while they are made, and the documents that events of the log name by digest. */
export function archivePaths(archive: string): { readonly runs: string; readonly log: string; readonly work: string; readonly documents: string } {
  return { runs: join(archive, 'runs'), log: join(archive, 'log'), work: join(archive, 'work'), documents: join(archive, 'documents') };
}

// SPDX-License-Identifier: Apache-2.0
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeJsonLines } from '../../src/bundle/jsonl.ts';
import { archivePaths, BUNDLE } from '../../src/bundle/layout.ts';
import { DERIVATION_VERSION, type EvidenceRecord, type Run, type Scope } from '../../src/bundle/records.ts';
import { sha256 } from '../../src/evidence/digest.ts';
import { signEnvelope } from '../../src/evidence/dsse.ts';
import type { Statement } from '../../src/evidence/statement.ts';
import { canonicalJson } from '../../src/model/json.ts';
import type { FoldedVerdict, Verdict } from '../../src/model/verdict.ts';
import { coverageOfTold, inBundleOrder, onDay, runIdOf, type Told } from './history-runs.ts';
import { ROWS_UNIT } from './rows.ts';
import { testSigner } from './signer.ts';

/** A told run with what a bundle has beside its rows. */
export interface ToldRun extends Told {
  readonly verdicts?: readonly (Verdict | FoldedVerdict)[];
  readonly records?: readonly EvidenceRecord[];
  readonly run?: Partial<Run>;
  readonly scope?: Partial<Scope>;
}

const SIGNER = testSigner();

/** Writes a told run as a sealed run of an archive: every file that history, index and diff read, and a seal in its form. Returns its folder. */
export async function writeToldRun(archive: string, told: ToldRun): Promise<string> {
  const run: Run = {
    format: 'rollcall-bundle/1', run: runIdOf(told.day), derivationVersion: DERIVATION_VERSION, tool: { name: 'rollcall', version: '0.1.0' }, occasion: 'scheduled', depth: 'standard', startedAt: onDay(told.day), finishedAt: onDay(told.day, 1), asOf: onDay(told.day),
    redaction: { version: 1, enabled: true }, logins: [], failedLogins: [], host: 'host.example', ...told.run,
  };
  const units = told.units ?? [ROWS_UNIT];
  const scope: Scope = {
    declaredBy: 'configuration', parentRead: false, statement: 'Management says these are all.', excluded: [], unreachable: (told.unread ?? []).map((unit) => ({ unit, target: 'company', reason: 'the login failed' })), expectedGaps: [], vendorUnits: [], ownUnits: [],
    units: units.map((id) => ({ id, provider: 'aws', kind: 'account', nativeId: id.slice(4), name: null, target: 'company', basis: 'declared' })), ...told.scope,
  };
  const folder = join(archivePaths(archive).runs, run.run);
  await rm(folder, { recursive: true, force: true });
  const json: [string, unknown][] = [
    [BUNDLE.run, run], [BUNDLE.scope, scope], [BUNDLE.coverage, coverageOfTold(told)], [`${BUNDLE.inputs}/index.json`, { inputs: [] }], ...(told.records ?? []).map((record): [string, unknown] => [`${BUNDLE.evidence}/${record.control.id}.json`, record]),
  ];
  for (const [file, value] of json) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${canonicalJson(value)}\n`);
  }
  await mkdir(join(folder, BUNDLE.evidence), { recursive: true });
  await writeJsonLines(join(folder, BUNDLE.identities), inBundleOrder(told.identities ?? []));
  await writeJsonLines(join(folder, BUNDLE.credentials), inBundleOrder(told.credentials ?? []));
  await writeJsonLines(join(folder, BUNDLE.events), inBundleOrder(told.events ?? []));
  await writeJsonLines(join(folder, BUNDLE.verdicts), told.verdicts ?? []);
  const statement: Statement = {
    _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'tagmanifest-sha256.txt', digest: { sha256: sha256(canonicalJson(told)) } }], predicateType: 'urn:rollcall:bundle:1',
    predicate: { run: run.run, derivationVersion: DERIVATION_VERSION, tool: 'rollcall 0.1.0', sealedAt: run.finishedAt, counts: { files: 1, bytes: 1, calls: 0, pages: 0, identities: 0, credentials: 0, verdicts: {} }, gaps: 0 },
  };
  await writeFile(join(folder, BUNDLE.seal), canonicalJson(await signEnvelope(Buffer.from(canonicalJson(statement)), SIGNER)));
  return folder;
}

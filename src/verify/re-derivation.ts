// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLE, COLLECTED } from '../bundle/layout.ts';
import { DERIVATION_VERSION } from '../bundle/records.ts';
import { filesOf } from '../evidence/bag.ts';
import { countsOf, readRun, readSeal } from '../evidence/read-seal.ts';
import { canonicalJson } from '../model/json.ts';
import { verdict, type Finding, type VerifyVerdict } from './report.ts';
import { firstDifference } from './same-content.ts';

const DOES_NOT_SHOW = 'that the rules are right: the same code run again repeats its own mistakes. `rollcall trace` shows the way back to the source';

/**
 * Derives everything again from pages, ledger and inputs, without network, and compares content both ways; then holds what the seal counts
 * against it. Another derivation version cannot be judged here: it says what can. The folder it derives into is removed, whatever happens.
 */
export async function reDerivation(bundle: string, rederive: (bundle: string, out: string) => Promise<void>): Promise<VerifyVerdict> {
  const run = await readRun(bundle);
  if (run.derivationVersion !== DERIVATION_VERSION) {
    return verdict('re-derivation', 'cannot_say', [{ file: BUNDLE.run, message: `was derived by version ${run.derivationVersion}; this is ${DERIVATION_VERSION}. ${commandFor(run.tool.version, bundle)}` }], DOES_NOT_SHOW);
  }
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-verify-'));
  try {
    await rederive(bundle, folder);
    const sealed = derived((await filesOf(bundle, BUNDLE.data)).files);
    const again = derived((await filesOf(folder, BUNDLE.data)).files);
    const findings: Finding[] = [];
    for (const file of sealed) if (!again.has(file)) findings.push({ file, message: 'does not follow from the pages: nothing makes it' });
    for (const file of again) if (!sealed.has(file)) findings.push({ file, message: 'follows from the pages and is missing' });
    for (const file of sealed) {
      if (!again.has(file)) continue;
      const difference = await firstDifference(join(bundle, file), join(folder, file));
      if (difference !== null) findings.push({ file, message: `does not follow from the pages: ${difference}` });
    }
    if (findings.length === 0) findings.push(...(await miscounts(bundle)));
    return findings.length === 0 ? verdict('re-derivation', 'pass', [{ message: `${sealed.size} files come out the same from pages, ledger and inputs` }], DOES_NOT_SHOW) : verdict('re-derivation', 'fail', findings, DOES_NOT_SHOW);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function derived(files: readonly string[]): ReadonlySet<string> {
  return new Set(files.filter((file) => !COLLECTED.some((path) => file === path || file.startsWith(`${path}/`))));
}

/** What the seal counts and the files do not hold. Files and bytes are integrity's. */
async function miscounts(bundle: string): Promise<readonly Finding[]> {
  const seal = await readSeal(bundle);
  if (seal === null) return [];
  const { counts: stated, gaps } = seal.statement.predicate;
  const there = await countsOf(bundle, stated);
  const findings: Finding[] = [];
  for (const name of ['calls', 'pages', 'identities', 'credentials', 'verdicts'] as const) {
    if (canonicalJson(stated[name]) !== canonicalJson(there.counts[name])) findings.push({ file: BUNDLE.seal, message: `counts ${canonicalJson(stated[name])} ${name}; the files hold ${canonicalJson(there.counts[name])}` });
  }
  if (gaps !== there.gaps) findings.push({ file: BUNDLE.seal, message: `counts ${gaps} gaps; the files hold ${there.gaps}` });
  return findings;
}

/** The command of the tool that made a bundle. A reader may paste it, and the bundle is not trusted: a version goes in and nothing else, a path as one word. */
function commandFor(version: string, bundle: string): string {
  if (!/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(version)) return 'It names no version of the tool that could be run instead';
  const word = /^[\w/][\w./-]*$/.test(bundle) ? bundle : `'${bundle.replaceAll("'", "'\\''")}'`;
  return `Run: npx rollcall@${version} verify ${word}`;
}

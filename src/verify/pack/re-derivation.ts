// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesOf } from '../../evidence/bag.ts';
import { canonicalJson } from '../../model/json.ts';
import type { Period } from '../../period/document.ts';
import { PACK, RENDERED } from '../../period/pack/format.ts';
import { readPack, renderPack } from '../../period/pack/render.ts';
import { verdict, type Finding, type VerifyVerdict } from '../report.ts';
import { firstDifference } from '../same-content.ts';

const DOES_NOT_SHOW = 'that the rules are right, or that what the runs kept was genuine: the same code run again repeats its own mistakes';

/**
 * Makes everything again that people read, from `period.json`, and compares; and `period.json` itself from the archive, where `again` can reach it. Without the archive the
 * document's own content cannot be said to follow, since rows and pages are not in the pack.
 */
export async function packReDerivation(folder: string, again: ((period: Period) => Promise<Period>) | null): Promise<VerifyVerdict> {
  const out = await mkdtemp(join(tmpdir(), 'rollcall-verify-'));
  try {
    await renderPack(folder, out);
    const there = rendered((await filesOf(folder, 'data')).files);
    const made = rendered((await filesOf(out, 'data')).files);
    const findings: Finding[] = [];
    for (const file of there) if (!made.has(file)) findings.push({ file, message: 'does not follow from period.json: nothing makes it' });
    for (const file of made) if (!there.has(file)) findings.push({ file, message: 'follows from period.json and is missing' });
    for (const file of there) {
      const difference = made.has(file) ? await firstDifference(join(folder, file), join(out, file)) : null;
      if (difference !== null) findings.push({ file, message: `does not follow from period.json: ${difference}` });
    }
    const { period } = await readPack(folder);
    if (findings.length > 0) return verdict('re-derivation', 'fail', findings, DOES_NOT_SHOW);
    const note = { message: `${there.size} files come out the same from what the pack says of itself` };
    if (period === null) return verdict('re-derivation', 'pass', [note], DOES_NOT_SHOW);
    if (again === null) return verdict('re-derivation', 'cannot_say', [note, { file: PACK.period, message: 'follows from runs and log of the archive, whose rows and pages are not in the pack: name the archive with --archive, or ask for runs' }], DOES_NOT_SHOW);
    const difference = await differenceOf(out, period, await again(period));
    if (difference !== null) return verdict('re-derivation', 'fail', [{ file: PACK.period, message: `does not follow from the archive: ${difference}` }], DOES_NOT_SHOW);
    return verdict('re-derivation', 'pass', [note, { file: PACK.period, message: 'comes out the same from the runs and the log of the archive' }], DOES_NOT_SHOW);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** A member a line, so that the first difference names what differs. */
async function differenceOf(folder: string, stated: Period, again: Period): Promise<string | null> {
  for (const member of Object.keys(again) as (keyof Period)[]) {
    if (canonicalJson(stated[member]) === canonicalJson(again[member])) continue;
    await mkdir(join(folder, 'compare'), { recursive: true });
    const files = [join(folder, 'compare', 'stated.txt'), join(folder, 'compare', 'again.txt')] as const;
    for (const [file, value] of [[files[0], stated[member]], [files[1], again[member]]] as const) await writeFile(file, (Array.isArray(value) ? value : [value]).map((one) => `${canonicalJson(one)}\n`).join(''));
    return `${member}: ${(await firstDifference(...files)) ?? 'differs'}`;
  }
  return null;
}

function rendered(files: readonly string[]): ReadonlySet<string> {
  return new Set(files.filter((file) => RENDERED.some((path) => file === path || file.startsWith(`${path}/`))));
}

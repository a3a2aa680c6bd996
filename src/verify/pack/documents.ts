// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { digestOfFile } from '../../evidence/digest.ts';
import { PACK } from '../../period/pack/format.ts';
import type { Finding } from '../report.ts';

/**
 * A pack's documents against what its log names: each is there under its own digest, or `pack.json` tells why it was left out; and none is there that no event names.
 * `there`: paths of the pack's files. `named`: digests that events name.
 */
export async function judgeDocuments(folder: string, there: readonly string[], named: readonly string[], leftOut: readonly { readonly what: string }[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const told = new Set(leftOut.map(({ what }) => what));
  const held = new Set(there.filter((file) => file.startsWith(`${PACK.documents}/`)));
  for (const digest of named) {
    const file = `${PACK.documents}/${digest}`;
    if (!held.has(file) && !told.has(`document ${digest}`)) findings.push({ file, message: 'is named by the log, is missing, and pack.json does not say why' });
  }
  const expected = new Set(named.map((digest) => `${PACK.documents}/${digest}`));
  for (const file of held) {
    if (!expected.has(file)) findings.push({ file, message: 'is named by no event of the log' });
    else if (`${PACK.documents}/${(await digestOfFile(join(folder, file))).sha256}` !== file) findings.push({ file, message: 'is not the document that the log names' });
  }
  return findings;
}

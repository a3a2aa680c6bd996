// SPDX-License-Identifier: Apache-2.0
import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { filesOf } from '../../src/evidence/bag.ts';
import { authenticity } from '../../src/verify/authenticity.ts';
import { integrity } from '../../src/verify/integrity.ts';
import { sealedBundle, verifySmall } from '../support/small-bundle.ts';
import { temporaryFolder } from '../support/temp.ts';

interface Change { readonly what: 'flip' | 'insert' | 'drop' | 'empty' | 'remove' | 'rename' | 'beside'; readonly file: number; readonly at: number; readonly bit: number }
const CHANGE: fc.Arbitrary<Change> = fc.record({ what: fc.constantFrom('flip', 'insert', 'drop', 'empty', 'remove', 'rename', 'beside'), file: fc.nat(), at: fc.nat(), bit: fc.integer({ min: 0, max: 7 }) });

/** Makes a change in a folder. Returns the files that it is about, any of which must be named. */
async function make(folder: string, { what, file: nth, at, bit }: Change): Promise<readonly string[]> {
  const { files } = await filesOf(folder);
  const file = files[nth % files.length] ?? '';
  const path = join(folder, file);
  const bytes = await readFile(path);
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  if (what === 'remove') await rm(path);
  else if (what === 'rename') await rename(path, `${path}.old`);
  else if (what === 'beside') await writeFile(`${path}.new`, bytes);
  else if (what === 'empty') await writeFile(path, '');
  else if (what === 'drop') await writeFile(path, Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)]));
  else if (what === 'insert') await writeFile(path, Buffer.concat([bytes.subarray(0, place), Buffer.from([1 << bit]), bytes.subarray(place)]));
  else await writeFile(path, Buffer.concat([bytes.subarray(0, place), Buffer.from([(bytes[place] ?? 0) ^ (1 << bit)]), bytes.subarray(place + 1)]));
  return what === 'beside' ? [`${file}.new`] : what === 'rename' ? [file, `${file}.old`] : [file];
}

describe('any change of any file', () => {
  test('fails and is named: by integrity, and in the seal’s signature by the key', async () => {
    const small = await sealedBundle();
    const work = join(await temporaryFolder(), 'bundle');
    expect((await verifySmall(small)).exitCode).toBe(0);
    await fc.assert(fc.asyncProperty(CHANGE, async (change) => {
      await rm(work, { recursive: true, force: true });
      await cp(small.bundle, work, { recursive: true });
      const files = await make(work, change);
      const verdicts = [await integrity(work)];
      if (files[0] === BUNDLE.seal && verdicts[0]?.result === 'pass') verdicts.push(await authenticity(work, { keys: [small.signer.publicKeyPem] }));
      const last = verdicts.at(-1);
      expect(last?.result).toBe('fail');
      const named = new Set(last?.findings.map(({ file }) => file));
      expect(files.filter((file) => !named.has(file))).toEqual([]);
    }), { numRuns: 150 });
  });

  test('never ends verification with an exception, and never with exit code 0', async () => {
    const small = await sealedBundle();
    await fc.assert(fc.asyncProperty(CHANGE, async (change) => {
      const work = join(dirname(small.bundle), 'changed');
      await rm(work, { recursive: true, force: true });
      await cp(small.bundle, work, { recursive: true });
      await make(work, change);
      expect((await verifySmall({ ...small, bundle: work })).exitCode).toBe(1);
    }), { numRuns: 40 });
  });
});

// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';

// A small file is read at once: in a bundle of thousands of units, waiting for each in a queue costs more than reading it.
const SMALL = 128 * 1024;
// Large enough that hashing, not reading, sets the pace; what is held stays this small whatever the file.
const PIECE = 1024 * 1024;

/** SHA-256 of bytes or text (UTF-8), in hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** SHA-256 and length of a file, a piece at a time. Throws what the file system throws. */
export async function digestOfFile(file: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  if (statSync(file).size <= SMALL) {
    const content = readFileSync(file);
    return { sha256: sha256(content), bytes: content.length };
  }
  const handle = await open(file, 'r');
  try {
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(Math.min(PIECE, (await handle.stat()).size + 1));
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, piece.length, null);
      if (bytesRead === 0) return { sha256: hash.digest('hex'), bytes };
      bytes += bytesRead;
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

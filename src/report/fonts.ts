// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Faces that documents are set in: DejaVu, which has Latin, Greek, Cyrillic, Arabic and Hebrew letters and comes with this program, so that a document looks the same everywhere. */
export const FACES = { regular: 'DejaVuSans.ttf', bold: 'DejaVuSans-Bold.ttf', mono: 'DejaVuSansMono.ttf' } as const;

/** Path of a face: beside the built program, or in the package that it comes from. Throws where it is in neither. */
export function faceFile(face: keyof typeof FACES): string {
  const built = join(import.meta.dirname, '..', 'fonts', FACES[face]);
  return existsSync(built) ? built : createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${FACES[face]}`);
}

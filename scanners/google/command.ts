// SPDX-License-Identifier: Apache-2.0

/** A `gcloud` command, each part quoted for a POSIX shell where it needs it, and without control characters. */
export function gcloud(...parts: readonly string[]): string {
  return ['gcloud', ...parts].map((part) => { const clean = part.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?'); return /^[\w@%+=:,./-]+$/.test(clean) ? clean : `'${clean.replaceAll("'", "'\\''")}'`; }).join(' ');
}

// SPDX-License-Identifier: Apache-2.0

// Characters that no shell reads as anything but themselves.
const PLAIN = /^[A-Za-z0-9_/:=.,@%+-]+$/;

/** The kubectl command of these words, quoted for a POSIX shell. A text that is none of a Kubernetes name's characters stands in quotes. */
export function kubectl(...words: readonly string[]): string {
  return ['kubectl', ...words].map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll(/\p{C}/gu, '?').replaceAll("'", `'\\''`)}'`)).join(' ');
}

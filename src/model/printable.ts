// SPDX-License-Identifier: Apache-2.0

// C0 and C1 controls, line and paragraph separators, zero-width and bidirectional controls, byte order mark: what can
// move a cursor, hide text or turn its order (Unicode 16, general categories Cc and Cf as far as they act on display).
const ACTING = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** A resource's text as it may reach a terminal or a page: every character that acts rather than shows is written `\u{…}`. */
export function printable(text: string): string {
  return text.replace(ACTING, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

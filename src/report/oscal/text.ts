// SPDX-License-Identifier: Apache-2.0
import { printable } from '../../model/printable.ts';

/** Namespace of properties that are ours and not NIST's. */
export const OURS = 'urn:rollcall:oscal:1';

export interface Property { readonly name: string; readonly ns: string; readonly value: string }

/** A property of ours. OSCAL's strings hold no line end and no white space at their ends: what acts or stands there is written `\u{…}`. */
export function property(name: string, value: string | number): Property {
  const text = printable(String(value)).replace(/^\s+|\s+$/gu, (spaces) => Array.from(spaces, (space) => `\\u{${(space.codePointAt(0) ?? 0).toString(16)}}`).join(''));
  return { name, ns: OURS, value: text === '' ? '(empty)' : text };
}

/** A text as OSCAL's markup, which is Markdown with some HTML: shown as written, never as markup. One line. */
export function markup(text: string): string {
  const shown = printable(text).replace(/[\\`*_{}[\]<>#|~^!&]/g, '\\$&').replace(/^(\s*)([-+=])/u, '$1\\$2').replace(/^(\s*\d+)([.)])/u, '$1\\$2');
  return shown.trim() === '' ? '(empty)' : shown;
}

/** What people wrote over several lines, each shown as written. */
export function markupLines(text: string): string {
  return text.split(/\r?\n/).map((line) => (line.trim() === '' ? '' : markup(line))).join('\n').trim() || '(empty)';
}

/** A control's id as an OSCAL token, which begins with a letter or an underscore: ids of management may begin with a digit and never with an underscore, so that no two become one. */
export function token(id: string): string {
  return /^[A-Za-z]/.test(id) ? id : `_${id}`;
}

/** Id of the one objective that a control has here: that it is kept as worded. */
export function objectiveId(control: string): string {
  return `${token(control)}_obj`;
}

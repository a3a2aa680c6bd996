// SPDX-License-Identifier: Apache-2.0
import { printable } from '../../model/printable.ts';

/** Text that is markup already. Only `html` and `trusted` make it, so a plain string can reach the page as text only. */
export interface Markup { readonly markup: string }
export type Insert = Markup | string | number | null | readonly (Markup | string | number)[];

/** Markup from a template; every inserted string is escaped, so that a resource's name stays a name. Null inserts nothing. */
export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  let markup = parts[0] ?? '';
  for (const [index, insert] of inserts.entries()) markup += inserted(insert) + (parts[index + 1] ?? '');
  return { markup };
}

/** Our own constant text as markup: a style sheet, a script, an encoded block. Never for anything that was read. */
export function trusted(markup: string): Markup {
  return { markup };
}

/** A resource's text as the page may hold it: characters that act are written out, lone surrogates become U+FFFD. */
export function shown(text: string): string {
  return printable(text).toWellFormed();
}

/** Whole numbers with a comma every three digits, the same in every locale. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 read`, `2,000 reads`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

const ESCAPES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function inserted(insert: Insert): string {
  if (insert === null) return '';
  if (typeof insert === 'number') return grouped(insert);
  if (typeof insert === 'string') return shown(insert).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
  if ('markup' in insert) return insert.markup;
  return insert.map(inserted).join('');
}

// SPDX-License-Identifier: Apache-2.0
import { isNode, lineAt, parseModule, walk, type SyntaxNode } from '../architecture/modules.ts';

/** A sentence of ours: where it begins, and its text with white space made one. */
export interface Sentence { readonly path: string; readonly line: number; readonly text: string }

// What stands where a template has a value: a reader sees something there, and no rule does.
const VALUE = '${…}';
// A sentence ends at its mark, an empty line, a cell's edge, or where a list item, heading or quote begins.
const END = /[.!?](?=\s|$)|\n[ \t]*\n|\||\n(?=[ \t]*(?:[-*+>#]|\d+\.)[ \t])/g;

/** Sentences of a Markdown file or of help text. */
export function proseSentences(path: string, text: string, firstLine = 1): Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  const add = (end: number): void => {
    const part = text.slice(start, end);
    const trimmed = part.replace(/\|$/u, '').trim();
    if (trimmed !== '') sentences.push({ path, line: firstLine - 1 + lineAt(text, start + part.indexOf(trimmed.slice(0, 1))), text: trimmed.replace(/\s+/gu, ' ') });
    start = end;
  };
  for (const { index, 0: mark } of text.matchAll(END)) add(index + mark.length);
  add(text.length);
  return sentences;
}

/**
 * Sentences in the string literals and templates of a module: what it may say to somebody. Imports, types and names of members are
 * none. Parts that are joined by `+` are one text. Throws a SyntaxError where the module does not parse.
 */
export function codeSentences(path: string, text: string): Sentence[] {
  const { program } = parseModule(path, text);
  const sentences: Sentence[] = [];
  const taken = new Set<SyntaxNode>();
  walk(program, (node, above) => {
    if (taken.has(node) || above.some((outer) => taken.has(outer) && outer.type !== 'TemplateLiteral') || isNamed(node, above)) return;
    const said = textOf(node);
    if (said === null) return;
    if (node.type === 'BinaryExpression') take(node, taken);
    sentences.push(...proseSentences(path, said, lineAt(text, node.start)));
  });
  return sentences;
}

/** A text that a node makes, or null where it makes none of ours. */
function textOf(node: SyntaxNode): string | null {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : null;
  if (node.type === 'TemplateLiteral') return nodes(node['quasis']).map((part) => cooked(part)).join(VALUE);
  if (node.type !== 'BinaryExpression' || node['operator'] !== '+') return null;
  const sides = [node['left'], node['right']].map((side) => (isNode(side) ? textOf(side) : null));
  return sides.every((side) => side === null) ? null : sides.map((side) => side ?? VALUE).join('');
}

/** The parts of a joined text are not told again on their own. */
function take(node: SyntaxNode, taken: Set<SyntaxNode>): void {
  for (const side of [node['left'], node['right']]) {
    if (!isNode(side)) continue;
    if (side.type === 'Literal' || side.type === 'TemplateLiteral') taken.add(side);
    if (side.type === 'BinaryExpression') {
      taken.add(side);
      take(side, taken);
    }
  }
}

function cooked(part: SyntaxNode): string {
  const value = part['value'];
  return typeof value === 'object' && value !== null && 'cooked' in value && typeof value.cooked === 'string' ? value.cooked : '';
}

function nodes(value: unknown): SyntaxNode[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** Whether a node only names something: a module, a type, a member. */
function isNamed(node: SyntaxNode, above: readonly SyntaxNode[]): boolean {
  const parent = above.at(-1);
  if (parent === undefined) return false;
  if (/^(Import|Export)/.test(parent.type) && parent['source'] === node) return true;
  if (above.some(({ type }) => type.startsWith('TS') && type !== 'TSAsExpression' && type !== 'TSSatisfiesExpression' && type !== 'TSNonNullExpression')) return true;
  return (parent.type === 'Property' && parent['key'] === node) || (parent.type === 'MemberExpression' && parent['property'] === node);
}

// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** A node of the syntax tree: a type and members, some of them nodes again. */
export interface SyntaxNode { readonly type: string; readonly start: number; readonly [member: string]: unknown }

/** One import of a module. `type`: erased before it runs. `dynamic`: loaded when it is reached. */
export interface Import { readonly specifier: string; readonly type: boolean; readonly dynamic: boolean; readonly line: number }

/** A source file, parsed. `path` is relative to the tree, with slashes. */
export interface Module { readonly path: string; readonly text: string; readonly program: SyntaxNode; readonly imports: readonly Import[] }

const FOLDERS = ['src', 'scanners', 'fixtures'];

/** Every TypeScript and JavaScript file of the product under `root`, parsed, in the order of their paths. Throws where one does not parse. */
export async function readModules(root: string): Promise<readonly Module[]> {
  const modules: Module[] = [];
  for (const folder of FOLDERS) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile() || !/\.(ts|js|mjs)$/.test(entry.name)) continue;
      const file = join(entry.parentPath, entry.name);
      const path = file.slice(root.length).split(sep).join('/').replace(/^\//, '');
      modules.push(parseModule(path, await readFile(file, 'utf8')));
    }
  }
  return modules.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** One file's text as a module. Throws a SyntaxError that names the file. */
export function parseModule(path: string, text: string): Module {
  let program: SyntaxNode;
  try {
    const ast: unknown = parseAst(text, { lang: path.endsWith('.ts') ? 'ts' : 'js' }, path);
    program = node(ast);
  } catch (error) {
    throw new SyntaxError(`${path}: does not parse`, { cause: error });
  }
  const imports: Import[] = [];
  walk(program, (found) => {
    const specifier = specifierOf(found);
    if (specifier === null) return;
    const dynamic = found.type === 'ImportExpression';
    // `import { type A }` still loads its module: only `import type` is erased whole.
    const type = found.type === 'TSImportType' || found['importKind'] === 'type' || found['exportKind'] === 'type';
    imports.push({ specifier, type, dynamic, line: lineAt(text, found.start) });
  });
  return { path, text, program, imports };
}

/** The path that an import of ours names, relative to the tree; null for a package or a part of Node.js. */
export function targetOf(module: Module, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.join(posix.dirname(module.path), specifier) : null;
}

/** Visits a tree, parents first, with the chain of nodes above. */
export function walk(start: SyntaxNode, visit: (found: SyntaxNode, above: readonly SyntaxNode[]) => void, above: readonly SyntaxNode[] = []): void {
  visit(start, above);
  const chain = [...above, start];
  for (const member of Object.values(start)) {
    for (const child of Array.isArray(member) ? member : [member]) if (isNode(child)) walk(child, visit, chain);
  }
}

/** The line, counted from 1, of an offset in a text. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value && typeof value.start === 'number';
}

function node(value: unknown): SyntaxNode {
  if (!isNode(value)) throw new TypeError('the parser gave no tree');
  return value;
}

function specifierOf(found: SyntaxNode): string | null {
  if (!['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression', 'TSImportType'].includes(found.type)) return null;
  const source = found['source'] ?? found['argument'];
  if (!isNode(source)) return null;
  // A computed import() cannot be judged; it is reported as one of its own.
  return typeof source['value'] === 'string' ? source['value'] : '(computed)';
}

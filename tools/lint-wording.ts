// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { ALLOWED } from './wording/allowed.ts';
import { WORDING_RULES } from './wording/rules.ts';
import { codeSentences, proseSentences, type Sentence } from './wording/sentences.ts';

/** A tree with fewer sentences than this was not read: a checker that sees nothing finds nothing. */
const AT_LEAST = 1000;
/** Where our own sentences stand. What resources and people are called stands in none of these. */
const FOLDERS = ['src', 'scanners', 'docs'] as const;
const FILES = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'tools/field-notes.ts', 'mappings/crosswalk.json', 'package.json'] as const;
/** Made by a build from others' text, or a copy of what stands elsewhere here. */
const LEFT_OUT = /^src\/report\/html\/assets\.ts$|^docs\/schemas\//;

export interface WordingFinding { readonly path: string; readonly line: number; readonly rule: string; readonly message: string }

/** Sentences held against the rules; `allowed` ones pass. Words in `code` are names and are not read. */
export function wordingFindings(sentences: readonly Sentence[], allowed: readonly { readonly sentence: string }[] = []): readonly WordingFinding[] {
  const passes = new Set(allowed.map(({ sentence }) => sentence));
  const used = new Set<string>();
  const found: WordingFinding[] = [];
  for (const { path, line, text } of sentences) {
    const read = text.replace(/`[^`]*`/gu, (code) => ' '.repeat(code.length));
    for (const { name, pattern, why } of WORDING_RULES) {
      const word = pattern.exec(read)?.[0];
      // A word alone is a field, a column or a flag.
      if (word === undefined || (name === 'effective' && text === word)) continue;
      if (passes.has(text)) used.add(text);
      else found.push({ path, line, rule: name, message: `"${word}": ${why}. In: ${text}` });
    }
  }
  for (const sentence of passes) if (!used.has(sentence)) found.push({ path: 'tools/wording/allowed.ts', line: 1, rule: 'stale', message: `stands nowhere any more: ${sentence}` });
  return found;
}

/** Reads every sentence of ours under `root` and holds it against the rules. Throws where it saw fewer than `atLeast`. */
export async function lintWording(root: string, options: { readonly atLeast?: number; readonly allowed?: readonly { readonly sentence: string }[] } = {}): Promise<{ readonly sentences: number; readonly findings: readonly WordingFinding[] }> {
  const sentences: Sentence[] = [];
  for (const path of await pathsOf(root)) {
    const text = await readFile(join(root, path), 'utf8');
    if (path.endsWith('.ts') || path.endsWith('.js')) sentences.push(...codeSentences(path, text));
    else if (path.endsWith('.json')) sentences.push(...codeSentences(path.replace(/json$/, 'js'), `export const text = ${text};`));
    else sentences.push(...proseSentences(path, text));
  }
  const { atLeast = AT_LEAST, allowed = ALLOWED } = options;
  if (sentences.length < atLeast) throw new Error(`${root}: only ${sentences.length} sentences were found, and there are more than ${atLeast}; run it in the root of the repository`);
  return { sentences: sentences.length, findings: wordingFindings(sentences, allowed) };
}

async function pathsOf(root: string): Promise<readonly string[]> {
  const paths: string[] = [...FILES];
  for (const folder of FOLDERS) {
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && /\.(ts|js|md)$/.test(entry.name)) paths.push(join(entry.parentPath, entry.name).slice(root.length + 1).split(sep).join('/'));
    }
  }
  return paths.filter((path) => !LEFT_OUT.test(path)).sort();
}

if (import.meta.main) {
  const { sentences, findings } = await lintWording(resolve(process.argv[2] ?? '.'));
  for (const { path, line, rule, message } of findings) console.log(`${path}:${line}: ${rule}: ${message}`);
  console.log(`wording: ${sentences} sentences, ${findings.length} findings`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

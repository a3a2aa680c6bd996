// SPDX-License-Identifier: Apache-2.0
import { readFile, stat } from 'node:fs/promises';
import { isNode, isScalar, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import { InputError } from '../model/errors.ts';

const LARGEST = 16 * 1024 * 1024;

/** A YAML or JSON file a person wrote, as plain data, with its bytes. Throws an InputError: not there, too large, not text, not YAML (with the line). Aliases are bounded, so that a small file cannot grow without end. */
export async function readDataFile(path: string, place: string = path): Promise<{ readonly value: unknown; readonly bytes: Buffer }> {
  let bytes: Buffer;
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new InputError(place, 'not a file', 'name a YAML or JSON file');
    if (info.size > LARGEST) throw new InputError(place, `${info.size} bytes, more than the ${LARGEST} that are read`, 'split the file, or use patterns instead of one entry each');
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    throw new InputError(place, code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? String(error)})`, 'check the path and its permissions', { cause: error });
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InputError(place, 'not UTF-8 text', 'save the file as UTF-8', { cause: error });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, strict: true, lineCounter: lines });
  // A warning is a tag that nobody knows: what stands behind it would be read as something else than was meant.
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) throw new InputError(at(place, problem.linePos?.[0]), inWords(problem), 'mend the line', { cause: problem });
  visit(document, {
    Pair: (_, { key }) => {
      const plain = isScalar(key) && (typeof key.value === 'string' || typeof key.value === 'number');
      if (plain && key.value !== '__proto__') return;
      const offset = isNode(key) ? key.range?.[0] : undefined;
      throw new InputError(at(place, offset === undefined ? undefined : lines.linePos(offset)), 'the name of a field must be text', 'mend the line');
    },
  });
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown, bytes };
  } catch (error) {
    throw new InputError(place, 'its aliases cannot be resolved', 'write the values out', { cause: error });
  }
}

function at(place: string, position: { readonly line: number; readonly col: number } | undefined): string {
  return position === undefined ? place : `${place}:${position.line}:${position.col}`;
}

function inWords({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'more than one document; only one is read';
  return (message.split('\n')[0] ?? 'not YAML').replace(/ at line \d+, column \d+:?$/, '');
}

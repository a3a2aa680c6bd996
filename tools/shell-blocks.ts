// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';

/**
 * A Markdown text's ```sh blocks, in order. With `marked`, only of blocks that stand right below
 * a line `<!-- run -->`: the others need an account or a browser.
 */
export function shellBlocks(markdown: string, marked = false): readonly string[] {
  const blocks = markdown.matchAll(/(<!-- run -->\n)?```sh\n([\s\S]*?)\n```/g);
  return [...blocks].filter(([, mark]) => !marked || mark !== undefined).map(([, , text = '']) => `${text}\n`);
}

if (import.meta.main) {
  const [file, flag] = process.argv.slice(2);
  if (file === undefined) throw new Error('name a Markdown file: node tools/shell-blocks.ts FILE [--marked | --first]');
  const blocks = shellBlocks(await readFile(file, 'utf8'), flag === '--marked');
  process.stdout.write((flag === '--first' ? blocks.slice(0, 1) : blocks).join(''));
}

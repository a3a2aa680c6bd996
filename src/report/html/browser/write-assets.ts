// SPDX-License-Identifier: Apache-2.0
// Run by hand after a change here: `node src/report/html/browser/write-assets.ts`. The script and style are kept as constants
// so that the tool reads no sibling file at run time and works bundled; a test proves that they equal their sources.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** The text of `assets.ts` as its sources in this folder give it. Bundles the script's modules into one; changes nothing else. */
export async function assetsText(): Promise<string> {
  const bundle = await rolldown({ input: fileURLToPath(new URL('main.js', import.meta.url)), treeshake: true, logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'iife', comments: false, minify: false });
  await bundle.close();
  const script = output[0].code;
  const style = await readFile(new URL('page.css', import.meta.url), 'utf8');
  for (const text of [script, style]) if (/<\/(script|style)|<!--/i.test(text)) throw new Error('the page\'s script or style holds what would end its element');
  return `// SPDX-License-Identifier: Apache-2.0
// Made by browser/write-assets.ts from browser/*.js and browser/page.css: change those, then run it.
/** The page's script, one for every page. */
export const PAGE_SCRIPT: string = ${JSON.stringify(script)};
/** The page's style sheet. */
export const PAGE_STYLE: string = ${JSON.stringify(style)};
`;
}

if (import.meta.main) await writeFile(new URL('../assets.ts', import.meta.url), await assetsText());

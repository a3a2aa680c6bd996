// SPDX-License-Identifier: Apache-2.0
// Run by hand after a change here: `node src/report/html/browser/write-assets.ts`. The script and style are kept as constants
// so that the tool reads no sibling file at run time and works bundled; a test proves that they equal their sources.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

async function made(entry: string, format: 'iife' | 'esm', sheet: string): Promise<{ readonly script: string; readonly style: string }> {
  const bundle = await rolldown({ input: fileURLToPath(new URL(entry, import.meta.url)), treeshake: true, logLevel: 'silent' });
  const { output } = await bundle.generate({ format, comments: false, minify: false });
  await bundle.close();
  const script = output[0].code;
  const style = await readFile(new URL(sheet, import.meta.url), 'utf8');
  for (const text of [script, style]) if (/<\/(script|style)|<!--/i.test(text)) throw new Error('the page\'s script or style holds what would end its element');
  return { script, style };
}

/** The text of `assets.ts` as its sources in this folder give it. Bundles the script's modules into one; changes nothing else. */
export async function assetsText(): Promise<string> {
  const { script, style } = await made('main.js', 'iife', 'page.css');
  return `// SPDX-License-Identifier: Apache-2.0
// Made by browser/write-assets.ts from browser/*.js and browser/page.css: change those, then run it.
/** The page's script, one for every page. */
export const PAGE_SCRIPT: string = ${JSON.stringify(script)};
/** The page's style sheet. */
export const PAGE_STYLE: string = ${JSON.stringify(style)};
`;
}

/** The text of `review-assets.ts`: the page on which people decide. Its style stands after that of the report. */
export async function reviewAssetsText(): Promise<string> {
  const { script, style } = await made('review.js', 'esm', 'review.css');
  return `// SPDX-License-Identifier: Apache-2.0
// Made by browser/write-assets.ts from browser/review.js and browser/review.css: change those, then run it.
/** The script of the page on which people decide; a module. */
export const REVIEW_SCRIPT: string = ${JSON.stringify(script)};
/** What its style adds to that of the report. */
export const REVIEW_STYLE: string = ${JSON.stringify(style)};
`;
}

if (import.meta.main) {
  await writeFile(new URL('../assets.ts', import.meta.url), await assetsText());
  await writeFile(new URL('../review-assets.ts', import.meta.url), await reviewAssetsText());
}

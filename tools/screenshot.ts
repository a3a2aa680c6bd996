// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { BUNDLE } from '../src/bundle/layout.ts';

/** A picture of a bundle's report as Chromium shows it, written as PNG. The README's is that of the demo. */
export async function screenshot(bundle: string, picture: string): Promise<void> {
  const executablePath = execFileSync('sh', ['-c', 'command -v chromium || command -v chromium-browser || command -v google-chrome'], { encoding: 'utf8' }).trim();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, deviceScaleFactor: 1, colorScheme: 'light' });
    await page.goto(pathToFileURL(resolve(bundle, BUNDLE.html)).href);
    await page.waitForTimeout(500);
    await mkdir(dirname(picture), { recursive: true });
    await page.screenshot({ path: picture });
  } finally {
    await browser.close();
  }
}

if (import.meta.main) {
  const bundle = process.argv[2];
  if (bundle === undefined) throw new Error('name the folder of a bundle: node tools/screenshot.ts evidence/runs/RUN');
  await screenshot(bundle, process.argv[3] ?? join(import.meta.dirname, '../docs/images/report.png'));
}

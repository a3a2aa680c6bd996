// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BUNDLE } from '../../src/bundle/layout.ts';
import type { PageData } from '../../src/report/html/page-data.ts';
import { scanCompany } from '../support/company-scan.ts';
import { temporaryFolder } from '../support/temp.ts';

test('a scan of four providers is one page whose numbers each add up over all, and whose checks of all stand in it', async () => {
  const { bundle } = await scanCompany(await temporaryFolder());
  const page = await readFile(join(bundle, BUNDLE.html), 'utf8');
  const data = JSON.parse(gunzipSync(Buffer.from(/id="page-data">([^<]*)</.exec(page)?.[1] ?? '', 'base64')).toString()) as PageData;
  expect([...data.providers].toSorted()).toEqual(['aws', 'azure', 'google', 'kubernetes']);
  const providersOf = (place: number): string[] => {
    const parts = data.parts[place] ?? [];
    return [...new Set(parts.flatMap((unit, at) => (at % 2 === 0 ? [data.providers[data.unitProviders[unit] ?? -1] ?? ''] : [])))].toSorted();
  };
  const numbers = [...page.matchAll(/<span data-n="(\d+)"(?: data-words="[^"]*")?>([\d,]+)/g)].map(([, place, shown = '']) => ({ place: Number(place), shown: Number(shown.replaceAll(',', '')) }));
  for (const { place, shown } of numbers) expect((data.parts[place] ?? []).reduce((sum, part, at) => sum + (at % 2 === 1 ? part : 0), 0)).toBe(shown);
  expect(numbers.some(({ place }) => providersOf(place).join(' ') === 'aws azure google kubernetes')).toBe(true);
  expect(data.checks).toEqual(expect.arrayContaining(['aws-access-key-age', 'azure-app-credential-lifetime', 'google-user-key-age', 'k8s-legacy-token-unused', 'nhi-owner-missing']));
  expect(page).toMatch(/45 days: limit of aws-access-key-unused/);
  expect(page).toMatch(/90 days: limit of \d+ checks/);
  expect(page).toContain('data-p="3"');
  const links = [...page.matchAll(/href="#(at=populations[^"]*)"/g)].map(([, query = '']) => new URLSearchParams(query.replaceAll('&amp;', '&')));
  expect(links.length).toBeGreaterThan(50);
  for (const link of links) {
    const fits = data.findings.map(([check, result, pattern]) => data.checks[check] === link.get('check') && data.results[result] === link.get('result')?.replaceAll('_', ' ') && [null, pattern].includes(link.get('reason')));
    const rows = data[link.get('tab') === 'credentials' ? 'credentials' : 'identities'].results.filter((findings) => findings.some((finding) => fits[finding]));
    expect(rows.length, String(link)).toBeGreaterThan(0);
  }
});

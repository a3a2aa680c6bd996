// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BundleFormatError, parseJsonText } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { coverageSchema, evidenceSchema, RESPONSIBILITY_STATEMENT, type Coverage } from '../../src/bundle/records.ts';
import { populationFile, readPopulation, writePopulations } from '../../src/evidence/populations.ts';
import { exactField } from '../../src/evidence/populations-row.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from '../../src/report/html/assets.ts';
import { assetsText, reviewAssetsText } from '../../src/report/html/browser/write-assets.ts';
import { comparableHtml } from '../../src/report/html/comparable.ts';
import { writeHtmlReport } from '../../src/report/html/index.ts';
import { shown } from '../../src/report/html/markup.ts';
import type { Entry, PageData } from '../../src/report/html/page-data.ts';
import { HOSTILE_NAMES, SYNTHETIC_AS_OF, writeSyntheticBundle } from '../support/synthetic-bundle.ts';
import { temporaryFolder } from '../support/temp.ts';

interface Made { readonly folder: string; readonly page: string }

async function made(options: { readonly hostile?: boolean; readonly credentials?: number; readonly rowLimit?: number } = {}): Promise<Made> {
  const folder = await temporaryFolder();
  await writeSyntheticBundle(folder, { credentials: options.credentials ?? 120, seed: 3, hostile: options.hostile === true });
  await writeHtmlReport(folder, join(folder, 'page.html'), options.rowLimit === undefined ? {} : { rowLimit: options.rowLimit });
  return { folder, page: await readFile(join(folder, 'page.html'), 'utf8') };
}

/** The page without its style, script and data: what stands there for whoever runs no script. */
function staticMarkup(page: string): string {
  return page.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '');
}
function text(markup: string): string {
  return markup.replace(/<[^>]*>/g, ' ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', '\'').replaceAll('&amp;', '&').replace(/\s+/g, ' ');
}
function section(page: string, id: string): string {
  return text(new RegExp(`<section id="${id}"[\\s\\S]*?</section>`).exec(page)?.[0] ?? '');
}
function block(page: string, id: string): unknown {
  const found = new RegExp(`<script type="text/plain" id="${id}">([^<]*)</script>`).exec(page)?.[1];
  return found === undefined ? undefined : JSON.parse(gunzipSync(Buffer.from(found, 'base64')).toString());
}
function dataOf(page: string): PageData {
  return block(page, 'page-data') as PageData;
}
function entriesOf(page: string): Entry[] {
  const entries: Entry[] = [];
  for (let number = 0; ; number += 1) {
    const more = block(page, `block-${number}`);
    if (more === undefined) return entries;
    entries.push(...(more as Entry[]));
  }
}
async function coverage(folder: string): Promise<Coverage> {
  return parseJsonText(await readFile(join(folder, BUNDLE.coverage), 'utf8'), coverageSchema, BUNDLE.coverage);
}

describe('a pure function of the bundle', () => {
  test('equal bundles give equal bytes, in another zone and locale too; another bundle gives others', async () => {
    const { folder, page } = await made();
    const program = `import { writeHtmlReport } from ${JSON.stringify(new URL('../../src/report/html/index.ts', import.meta.url).href)}; await writeHtmlReport(process.argv[1], process.argv[2]);`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, folder, join(folder, 'other.html')], { env: { ...process.env, TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' } });
    expect(await readFile(join(folder, 'other.html'), 'utf8')).toBe(page);
    const { page: different } = await made({ credentials: 121 });
    expect(different).not.toBe(page);
  });

  test('the script and style that it embeds are those of their sources', async () => {
    expect(await readFile(new URL('../../src/report/html/assets.ts', import.meta.url), 'utf8')).toBe(await assetsText());
    expect(await readFile(new URL('../../src/report/html/review-assets.ts', import.meta.url), 'utf8')).toBe(await reviewAssetsText());
  });

  test('the browser\'s script is free of type errors', async () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'src/report/html/browser')]);
  });

  test('opened blocks are comparable whichever zlib wrote them', async () => {
    const { page } = await made();
    const comparable = comparableHtml(page);
    expect(comparable).toContain('"entriesPerBlock":256');
    expect(comparable).not.toMatch(/<script type="text\/plain" id="page-data">H4sI/);
  });

  test('a damaged record is named, and an existing file is not overwritten', async () => {
    const { folder, page } = await made();
    await expect(writeHtmlReport(folder, join(folder, 'page.html'))).rejects.toMatchObject({ code: 'EEXIST' });
    await writeFile(join(folder, BUNDLE.scope), '{"units":[]}');
    const failure: unknown = await writeHtmlReport(folder, join(folder, 'second.html')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BundleFormatError);
    expect(String(failure)).toContain('data/scope.json');
    expect(await readFile(join(folder, 'page.html'), 'utf8')).toBe(page);
  });
});

describe('the policy of the page', () => {
  test('allows this style and this script by digest and nothing else, and names no other place', async () => {
    const { page } = await made({ hostile: true });
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', '\'');
    const digest = (content: string): string => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
    expect(policy).toBe(`default-src 'none'; style-src ${digest(PAGE_STYLE)}; script-src ${digest(PAGE_SCRIPT)}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`);
    expect(page).toContain(`<style>${PAGE_STYLE}</style>`);
    expect(page).toContain(`<script>${PAGE_SCRIPT}</script>`);
    const attributes = [...page.replace(PAGE_SCRIPT, '').replace(PAGE_STYLE, '').matchAll(/<[a-z][^>]*>/g)].flatMap(([tag]) => tag.replace(/"[^"]*"/g, '').match(/[a-z-]+(?==)/g) ?? []);
    expect(new Set(attributes).has('href')).toBe(true);
    expect([...new Set(attributes)].filter((name) => /^(src|srcset|style|on.*|action|data|formaction|background|poster)$/.test(name))).toEqual([]);
    for (const [, href] of staticMarkup(page).matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^#/);
  });

  test('a resource\'s name is nowhere markup: elements are the same with plain names and with hostile ones', async () => {
    const [plain, hostile] = [await made(), await made({ hostile: true })];
    const elements = (page: string): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const [, name = ''] of page.matchAll(/<(\/?[a-z][a-z0-9]*)\b/gi)) counts[name.toLowerCase()] = (counts[name.toLowerCase()] ?? 0) + 1;
      return counts;
    };
    expect(elements(hostile.page)).toEqual(elements(plain.page));
    expect(hostile.page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069\u200b\ufeff]/);
  });

  test('embedded names are those of the bundle, with what acts written out', async () => {
    const { page } = await made({ hostile: true, credentials: 400 });
    const { identities } = dataOf(page);
    expect(identities.name).toContain('<script>alert(1)</script>');
    expect(identities.name).toContain('\\u{202e}gnp.exe');
    for (const name of identities.name) expect(name.isWellFormed() && !/[\u0000-\u001f\u202a-\u202e]/.test(name), name).toBe(true);
    expect(HOSTILE_NAMES.filter((name) => identities.name.includes(name)).length).toBeGreaterThan(20);
    expect(entriesOf(page).map((entry) => entry.identity?.name)).toEqual(expect.arrayContaining([...identities.name]));
  });
});

describe('what it says', () => {
  test('who, when, whose it is, and never a score, a grade or a share of a hundred', async () => {
    const { page } = await made();
    const said = text(staticMarkup(page));
    for (const part of ['019aa123-4567-7abc-8def-0123456789ab', '2026-11-22 09:30:00 UTC', 'arn:aws:sts::111122223333:assumed-role/rollcall/scan', 'as aws itself answered GetCallerIdentity', 'No login for second company', RESPONSIBILITY_STATEMENT]) expect(said).toContain(part);
    expect(said.replaceAll(RESPONSIBILITY_STATEMENT, '')).not.toMatch(/%|\bscore|\bgrade|\bcompliant|\bcertif|\bsatisf(y|ies)/i);
  });

  test('every unit with its outcome, every control total with its state, every class with its count', async () => {
    const { folder, page } = await made();
    const { units, controlTotals, principals } = await coverage(folder);
    const scope = section(page, 'scope');
    expect(scope).toContain('We have no list of all accounts; management says these are all.');
    for (const { unit, outcome, reason } of units) expect(scope).toMatch(new RegExp(`${unit} [^|]*?${outcome === 'partially_scanned' ? 'scanned in part' : outcome} ${reason.replace(/[()]/g, '\\$&')}`));
    for (const total of controlTotals) expect(scope).toMatch(new RegExp(`${total.before ?? 'not read'} ${total.after ?? 'not read'} ${total.listed ?? 'not read'} ${total.state.replaceAll('_', ' ')}`));
    for (const row of principals) expect(scope).toContain(`${row.unit} ${row.human} ${row.nonHuman} ${row.both} ${row.undecided} ${row.listed} ${row.listed} ${row.controlTotal ?? 'not read'} ties`);
  });

  test('every gap with operation, permission, outcome, what it blanks and its call; an expected one with its reason', async () => {
    const { folder, page } = await made();
    const unread = section(page, 'unread');
    const { gaps, skips, unknownFields, redactions } = await coverage(folder);
    for (const gap of gaps) for (const part of [gap.operation, gap.permission, gap.outcome, gap.blanks, ...gap.calls]) expect(unread).toContain(part);
    expect(unread.match(/Expected:/g)).toHaveLength(gaps.filter(({ expected }) => expected).length);
    for (const { reason, source } of skips) expect(unread).toContain(`${source} not requested at this depth ${reason} 12 1`);
    for (const { path, type, count } of unknownFields) expect(unread).toMatch(new RegExp(`${path.replaceAll('*', '\\*')} ${type} .* ${count}`));
    for (const { rule } of redactions) expect(unread).toContain(rule);
    expect(section(page, 'blind-spots')).toContain('Temporary credentials that STS issued are not listed by any API.');
  });

  test('a control in management\'s words with its counts; what no control names stands apart as an observation', async () => {
    const { folder, page } = await made();
    const record = parseJsonText(await readFile(join(folder, BUNDLE.evidence, 'ROT-1.json'), 'utf8'), evidenceSchema, 'ROT-1.json');
    const controls = section(page, 'controls');
    expect(controls).toContain('ROT-1 Access keys are replaced at least every 90 days.');
    expect(controls).toContain('Supports CC6.1, CC6.3');
    expect(controls).toContain(`${record.deviationCandidates.length} deviation candidates`);
    expect(controls).toMatch(new RegExp(`${record.deviationCandidates.length} created \\d+ to \\d+ days ago aws-access-key-age in 3 units:`));
    expect(controls).toContain(`12 of ${record.deviationCandidates.length} are listed here`);
    expect(controls).toContain('keys of other providers');
    expect(controls).toContain('one list did not close');
    expect(controls).not.toContain('aws-access-key-unused v');
    const observations = section(page, 'observations');
    expect(observations).toMatch(/aws-access-key-unused \d+ observations/);
    expect(observations).not.toMatch(/aws-access-key-age \d+ observations/);
  });

  test('a number that nobody adopted says so; one that management set does not', async () => {
    const { page } = await made();
    const observations = section(page, 'observations');
    expect(observations).toContain('maxUnusedDays = 45 not management\'s threshold; this tool\'s default');
    expect(observations).toContain('maxAgeDays = 90 management\'s threshold: control ROT-1');
  });

  test('an unknown fact keeps its cause in words, beside what is known', async () => {
    const { page } = await made();
    const lines = entriesOf(page).flatMap((entry) => [...(entry.identity?.facts ?? []), ...entry.credentials.flatMap(({ facts }) => facts)]);
    const unknown = lines.filter(([, status]) => status === 'unknown');
    expect(unknown.length).toBeGreaterThan(10);
    for (const [, , words] of unknown) expect(words).toMatch(/^unknown, [a-z ]+: ./);
    expect(lines.some(([label, status, words]) => label === 'Status' && status === 'known' && words === 'active')).toBe(true);
    expect(lines.some(([label, , words]) => label === 'Owner' && words.startsWith('none: everything that could name one was read'))).toBe(true);
  });
});

describe('rows', () => {
  test('stand in the order and with the numbers of the population files', async () => {
    const { folder, page } = await made({ hostile: true });
    await writePopulations(folder, SYNTHETIC_AS_OF);
    const data = dataOf(page);
    for (const [name, columns] of [['principals', data.identities], ['credentials', data.credentials]] as const) {
      const listed: [string, string][] = [];
      for await (const row of readPopulation(join(folder, populationFile(name)))) listed.push([row.number, shown(exactField(row, 'key'))]);
      expect(columns.key.length).toBeGreaterThan(80);
      expect(columns.key.map((key, row) => [String(row + 1), key])).toEqual(listed);
      expect(`data/${columns.file}`).toBe(populationFile(name));
    }
  });

  test('each leads to the entry that holds it, and each verdict of the bundle stands in one entry', async () => {
    const { page } = await made();
    const data = dataOf(page);
    const entries = entriesOf(page);
    for (const [row, key] of data.identities.key.entries()) expect(entries[data.identities.entry[row] ?? -1]?.key).toBe(key);
    for (const [row, key] of data.credentials.key.entries()) expect(entries[data.credentials.entry[row] ?? -1]?.credentials.map((credential) => credential.key)).toContain(key);
    const held = entries.reduce((sum, entry) => sum + entry.verdicts.length + entry.credentials.reduce((own, { verdicts }) => own + verdicts.length, 0), 0);
    const coded = [...data.identities.results, ...data.credentials.results].reduce((sum, codes) => sum + codes.length, 0);
    expect(coded).toBe(held);
    expect(held).toBeGreaterThan(100);
  });

  test('beyond the limit the page says how many it holds of how many, and the counts stay those of the bundle', async () => {
    const [whole, cut] = [await made(), await made({ rowLimit: 20 })];
    const [all, some] = [dataOf(whole.page), dataOf(cut.page)];
    expect(some.credentials.key).toEqual(all.credentials.key.slice(0, 20));
    expect(some.credentials.total).toBe(all.credentials.key.length);
    expect(section(cut.page, 'populations')).toContain(`This page holds the first 20 of ${all.credentials.key.length} rows of credentials`);
    expect(section(whole.page, 'populations')).not.toContain('This page holds the first');
    expect(section(cut.page, 'controls').match(/\d+ deviation candidates/g)).toEqual(section(whole.page, 'controls').match(/\d+ deviation candidates/g));
  });
});

// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseJsonText, readJsonLines } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { evidenceSchema, RESPONSIBILITY_STATEMENT, type EvidenceRecord } from '../../src/bundle/records.ts';
import { credentialSchema } from '../../src/model/row.ts';
import { writeHtmlReport } from '../../src/report/html/index.ts';
import type { PageData } from '../../src/report/html/page-data.ts';
import { writeSyntheticBundle } from '../support/synthetic-bundle.ts';

let folder = '';
let page = '';
let data: PageData;
let record: EvidenceRecord;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-pages-'));
  await writeSyntheticBundle(folder, { credentials: 300, seed: 8, clusters: 2 });
  await writeHtmlReport(folder, join(folder, 'page.html'));
  page = await readFile(join(folder, 'page.html'), 'utf8');
  data = JSON.parse(gunzipSync(Buffer.from(/id="page-data">([^<]*)</.exec(page)?.[1] ?? '', 'base64')).toString()) as PageData;
  record = parseJsonText(await readFile(join(folder, BUNDLE.evidence, 'ROT-1.json'), 'utf8'), evidenceSchema, 'ROT-1.json');
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

function article(id: string): string {
  return new RegExp(`<article class="card leaf" id="${id.replaceAll('.', '\\.')}"[\\s\\S]*?</article>`).exec(page)?.[0] ?? '';
}
function text(markup: string): string {
  return markup.replace(/<[^>]*>/g, ' ').replaceAll('&#39;', '\'').replace(/\s+/g, ' ');
}
function sumOf(place: string | undefined): number {
  const parts = data.parts[Number(place)] ?? [];
  return parts.reduce((sum, part, at) => (at % 2 === 1 ? sum + part : sum), 0);
}

describe('numbers that follow the filter', () => {
  test('are each the sum of their parts by unit', () => {
    const numbers = [...page.matchAll(/<span data-n="(\d+)"(?: data-words="[^"]*")?>([\d,]+)/g)];
    expect(numbers.length).toBeGreaterThan(100);
    for (const [whole, place, shown = ''] of numbers) expect(sumOf(place), whole).toBe(Number(shown.replaceAll(',', '')));
    for (const [, place] of page.matchAll(/data-z="(\d+)"/g)) expect(data.parts[Number(place)]).toBeDefined();
  });

  test('name units of the scope, each with its provider', () => {
    expect([...data.providers].toSorted()).toEqual(['aws', 'kubernetes']);
    expect(data.units).toHaveLength(7);
    for (const [at, unit] of data.units.entries()) expect(unit.startsWith(`${data.providers[data.unitProviders[at] ?? -1]}:`)).toBe(true);
    for (const [, unit] of page.matchAll(/data-u="(\d+)"/g)) expect(data.units[Number(unit)]).toBeDefined();
  });
});

describe('charts', () => {
  test('hold every credential in one bar, say the same in their tables, and have a title and a description', async () => {
    let total = 0;
    for await (const _row of readJsonLines(join(folder, BUNDLE.credentials), credentialSchema)) total += 1;
    for (const id of ['age', 'use']) {
      const figure = new RegExp(`<figure class="chart" id="chart-${id}"[\\s\\S]*?</figure>`).exec(page)?.[0] ?? '';
      const bars = [...figure.matchAll(/<g data-bar="(\d+)"><text[^>]*>([^<]*)<\/text>.*?class="value"[^>]*>([\d,]+)</g)].map(([, place, label, value = '']) => ({ place, label, value }));
      expect(bars.reduce((sum, { value }) => sum + Number(value), 0)).toBe(total);
      for (const { place, value } of bars) expect(sumOf(place)).toBe(Number(value));
      expect([...figure.matchAll(/<tr><th scope="row">([^<]*)<\/th><td>[^<]*<\/td><td class="n"><span[^>]*>([\d,]+)</g)].map(([, label, value]) => ({ label, value }))).toEqual(bars.map(({ label, value }) => ({ label, value })));
      expect(figure).toContain(`aria-labelledby="chart-${id}-title chart-${id}-desc"`);
      expect(figure).toMatch(/<title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]+<\/desc>/);
    }
  });

  test('mark the thresholds in force, each with its check and who set it', () => {
    const [age = '', use = ''] = [...page.matchAll(/<figure[\s\S]*?<\/figure>/g)].map(([figure]) => figure);
    expect(text(age)).toContain('90 days: limit of aws-access-key-age');
    expect(text(age)).toContain('90 days aws-access-key-age management\'s threshold: control ROT-1');
    expect(text(use)).toContain('45 days: limit of aws-access-key-unused');
    expect(text(use)).toContain('90 days: limit of k8s-legacy-token-unused');
    expect(text(use)).toContain('45 days aws-access-key-unused not management\'s threshold; this tool\'s default');
  });
});

describe('the page of a control', () => {
  test('says wording, owner, checks with threshold and origin, population, counts, candidates, what was not evaluated and why, and whose evidence it is', () => {
    const said = text(article('control-ROT-1'));
    const { results } = record.checks[0] ?? { results: { met: -1, not_met: -1, not_evaluated: -1 } };
    for (const part of [
      'Access keys are replaced at least every 90 days.', 'Head of Platform', 'POL-7, section 3', 'Supports CC6.1, CC6.3', `${record.population.count} credentials`, 'no control total', 'maxAgeDays = 90 management\'s threshold: control ROT-1',
      `${results.met} met`, `${results.not_met} not met`, `${results.not_evaluated} not evaluated`, `${record.deviationCandidates.length} deviation candidates`, `${record.notEvaluated.length} subjects not evaluated`, 'created is unknown: denied', 'keys of other providers', RESPONSIBILITY_STATEMENT,
    ]) expect(said).toContain(part);
    expect(article('control-ROT-1')).toContain('href="#at=populations&amp;tab=credentials&amp;check=aws-access-key-age&amp;result=not_met"');
  });

  test('groups deviation candidates: as many as the record has, in fewer lines', () => {
    const [, list = ''] = /aria-label="Deviation candidates of ROT-1, by reason">([\s\S]*?)<h4>/.exec(article('control-ROT-1')) ?? [];
    const counts = [...list.matchAll(/<b class="many not_met"><span data-n="\d+">([\d,]+)</g)].map(([, count = '']) => Number(count.replaceAll(',', '')));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(record.deviationCandidates.length);
    expect(counts.length).toBeLessThan(4);
    const linked = [...list.matchAll(/reason=([^"]*)"/g)].map(([, pattern = '']) => new URLSearchParams(`reason=${pattern.replaceAll('&amp;', '&')}`).get('reason'));
    expect(linked.length).toBe(counts.length);
    for (const pattern of linked) expect(data.findings.map(([, , own]) => own)).toContain(pattern);
  });
});

describe('the page of a requirement', () => {
  const id = 'requirement-owasp-nhi-2025-NHI7-2025';

  test('names checks as what bears on it or supports it, with their controls, and never says that it is met', () => {
    const said = text(article(id));
    for (const part of ['NHI7:2025 Long-Lived Secrets', 'aws-access-key-age bears on age against a limit', 'Whether it is met is not said here', 'ROT-1 Access keys are replaced', 'Head of Platform', 'Population', `Deviation candidates ${record.deviationCandidates.length}`, 'Could not be evaluated', RESPONSIBILITY_STATEMENT]) expect(said).toContain(part);
    expect(said).not.toMatch(/satisf|compliant|fulfil/i);
  });

  test('is led to by its line, and leads to its control\'s page', () => {
    expect(page).toContain(`<a href="#${id}">NHI7:2025</a>`);
    expect(article(id)).toContain('href="#control-ROT-1"');
  });

  test('every fragment that the page links to is a place in it, or a view', () => {
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, name]) => name));
    for (const [, target = ''] of page.replace(/<script[\s\S]*?<\/script>/g, '').matchAll(/href="#([^"]*)"/g)) if (!target.includes('=')) expect(ids, target).toContain(target);
  });
});

test('headings step down one level at a time, and every table has a caption and headed columns', () => {
  const markup = page.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '').replace(/<dialog[\s\S]*?<\/dialog>/, '');
  let before = 0;
  for (const [, level] of markup.matchAll(/<h([1-6])[ >]/g)) {
    expect(Number(level)).toBeLessThanOrEqual(before + 1);
    before = Number(level);
  }
  for (const [table] of markup.matchAll(/<table[\s\S]*?<\/table>/g)) expect(table).toMatch(/<caption[ >]/);
  expect(markup.match(/<th(?! scope=)[ >]/g)).toBeNull();
});

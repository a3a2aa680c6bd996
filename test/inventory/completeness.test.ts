// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BUNDLE, pagesFile } from '../../src/bundle/layout.ts';
import { scopeSchema, type Run } from '../../src/bundle/records.ts';
import { completenessOf, type Completeness } from '../../src/inventory/completeness.ts';
import { collectHarbor } from '../support/harbor/collect.ts';
import { harbor } from '../support/harbor/provider.ts';

const RUN: Pick<Run, 'depth' | 'failedLogins'> = { depth: 'standard', failedLogins: [] };

async function judge(bundle: string): Promise<Completeness> {
  return completenessOf(bundle, RUN, scopeSchema.parse(JSON.parse(await readFile(join(bundle, BUNDLE.scope), 'utf8'))), [harbor]);
}
async function editLines(file: string, edit: (lines: string[]) => string[]): Promise<void> {
  const lines = gunzipSync(await readFile(file)).toString().trim().split('\n');
  await writeFile(file, gzipSync(`${edit(lines).join('\n')}\n`));
}

test('an honest scan has neither problem nor gap', async () => {
  const { bundle } = await collectHarbor();
  expect(await judge(bundle)).toEqual({ problems: [], gaps: [] });
});

test('a refused read is a gap that the bundle tells itself, and no contradiction', async () => {
  const { bundle } = await collectHarbor({ faults: [{ path: /p2\/badges/, kind: 'deny' }] });
  expect(await judge(bundle)).toEqual({ problems: [], gaps: ['harbor:1: harbor.badges (badges of piers): 1 of its reads ended denied'] });
});

test.each<[string, string, (lines: string[]) => string[], RegExp]>([
  ['the calls of one follow-up', BUNDLE.calls, (lines) => lines.filter((line) => !line.includes('"parent":"p2"')), /harbor\.badges of p2: was due and left neither call nor reason/],
  ['a recorded reason', BUNDLE.calls, (lines) => lines.filter((line) => !line.includes('"type":"skip"')), /harbor\.badges of p3: was due and left neither call nor reason/],
  ['the last page of a list', pagesFile('harbor:1', 'harbor.badges'), (lines) => lines.filter((line) => !(line.includes('"parent":"p1"') && line.includes('"page":2'))), /2 calls brought a page, 1 pages are there/],
  ['the last page of a list with its call', BUNDLE.calls, (lines) => lines.filter((line) => !(line.includes('"parent":"p1"') && line.includes('"page":2'))), /pages are there|names a call that did not bring it/],
  ['a pier from its page', pagesFile('harbor:1', 'harbor.piers'), (lines) => lines.map((line) => line.replace(/\{"id":"p2"[^}]*\},?/, '').replace(',]', ']')), /harbor\.badges of p2: calls without anything that made it due/],
])('without %s it contradicts itself', async (_name, file, edit, problem) => {
  const { bundle } = await collectHarbor();
  await editLines(join(bundle, file), edit);
  expect((await judge(bundle)).problems.join('\n')).toMatch(problem);
});

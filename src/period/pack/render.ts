// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJsonText } from '../../bundle/jsonl.ts';
import { RESPONSIBILITY_STATEMENT } from '../../bundle/records.ts';
import { digestOfFile } from '../../evidence/digest.ts';
import { ORDINARY_TOOLS } from '../../evidence/ordinary-tools.ts';
import { printable } from '../../model/printable.ts';
import { writePdf, type PdfBlock } from '../../report/pdf.ts';
import { sectionsPdf, writeSectionsCsv, writeSectionsWorkbook } from '../../report/sections/files.ts';
import { sectionsHtml } from '../../report/sections/html.ts';
import type { Sections } from '../../report/sections/section.ts';
import { periodSchema, type Period } from '../document.ts';
import { periodSections } from '../sections.ts';
import { minute, whoActed } from '../words.ts';
import { PACK, packSchema, requestsSchema, type Pack, type Requests } from './format.ts';
import { answerFile, requestsIndex } from './requests.ts';

/** What a pack is made from, read from its folder. */
export interface PackSource { readonly pack: Pack; readonly period: Period | null; readonly requests: Requests | null }

/** Reads what a pack says of itself. Throws a BundleFormatError on what does not fit, and what the file system throws where a file is missing. */
export async function readPack(folder: string): Promise<PackSource> {
  const pack = parseJsonText(await readFile(join(folder, PACK.about), 'utf8'), packSchema, PACK.about);
  const period = pack.kind === 'addition' ? null : parseJsonText(await readFile(join(folder, PACK.period), 'utf8'), periodSchema, PACK.period);
  const requests = existsSync(join(folder, PACK.requests)) ? parseJsonText(await readFile(join(folder, PACK.requests), 'utf8'), requestsSchema, PACK.requests) : null;
  return { pack, period, requests };
}

/**
 * Makes everything of a pack that people read: cover, page, workbook, CSV tables, index of requests, instructions. A pure function of what stands in `source`, so
 * that whoever has the pack can make it again and compare. Writes into `out`, which may be the same folder. Fails where a file exists.
 */
export async function renderPack(source: string, out: string): Promise<void> {
  const { pack, period, requests } = await readPack(source);
  await mkdir(join(out, 'data'), { recursive: true });
  await writeFile(join(out, PACK.readme), readme(pack, period), { flag: 'wx' });
  if (period === null) return;
  const document = withRequests(periodSections(period), requests, period);
  await mkdir(join(out, PACK.tables), { recursive: true });
  await writeSectionsCsv(join(out, PACK.tables), document);
  await writeFile(join(out, PACK.page), sectionsHtml(document), { flag: 'wx' });
  await writeSectionsWorkbook(join(out, PACK.workbook), document);
  await writePdf(join(out, PACK.cover), coverBlocks(pack, period, document), { title: document.title, author: pack.organization, at: pack.madeAt, footer: `${pack.organization}. ${RESPONSIBILITY_STATEMENT}` });
  if (requests !== null) {
    const tables = tablesOf(document);
    // A file that is rendered is read where it was rendered to, any other where it stands.
    const place = (file: string): string => (existsSync(join(out, file)) ? join(out, file) : join(source, file));
    await writeFile(join(out, PACK.index), await requestsIndex(requests, (answer) => answerFile(answer, period, tables), async (file) => (await digestOfFile(place(file))).sha256, { by: pack.preparedBy === null ? '' : whoActed(pack.preparedBy), at: pack.madeAt }), { flag: 'wx' });
  }
}

/** Names of the tables of a document. */
export function tablesOf({ sections }: Sections): ReadonlySet<string> {
  return new Set(sections.flatMap(({ tables }) => tables.map(({ id }) => id)));
}

function withRequests(document: Sections, requests: Requests | null, period: Period): Sections {
  if (requests === null) return document;
  const tables = tablesOf(document);
  return {
    ...document,
    sections: [{
      id: 'requests', title: 'Requests, in their order', words: ['The auditor\'s requests in the auditor\'s words, and what management gives in answer. Whether an answer is accepted is the auditor\'s to say and stands nowhere here.'],
      tables: [{
        id: 'requests', sheet: 'Requests', title: 'Requests', none: 'None.', columns: [{ name: 'request', as: 'id' }, { name: 'wording', as: 'lines' }, { name: 'answered by', as: 'lines' }],
        rows: requests.requests.map(({ id, wording, answers }) => [id, wording, answers.length === 0 ? 'management has named nothing that answers it' : answers.map((answer) => answerFile(answer, period, tables) ?? answer).join('; ')]),
      }],
    }, ...document.sections],
  };
}

/** Sections whose tables the printed cover shows; of the others it says where they are. */
const PRINTED: ReadonlySet<string> = new Set(['requests', 'runs', 'unexplained', 'coverage', 'populations', 'deviations', 'acceptances', 'reviews']);
const PRINTED_TABLES: ReadonlySet<string> = new Set(['requests', 'slots', 'not-covered', 'unexplained', 'coverage-gaps', 'populations', 'reconciliation', 'deviations', 'acceptances', 'reviews', 'follow-through']);

function coverBlocks(pack: Pack, period: Period, document: Sections): readonly PdfBlock[] {
  const printed: Sections = {
    ...document, under: `${pack.organization}. ${document.under}`,
    sections: document.sections.filter(({ id }) => PRINTED.has(id)).map((section) => ({ ...section, tables: section.tables.filter(({ id }) => PRINTED_TABLES.has(id)) })),
  };
  const [title, boundary, pairs, ...rest] = sectionsPdf(printed);
  return [
    ...(title === undefined ? [] : [title]), ...(boundary === undefined ? [] : [boundary]),
    { type: 'heading', text: 'Who answers for what' },
    { type: 'table', widths: [0.3, 0.7], header: ['Who', 'What'], rows: [
      [`Management of ${pack.organization}`, 'The scope; the controls, their wording and their numbers; owners, decisions, explanations and repair; that this evidence is complete and was not chosen. Management keeps the archive and the keys.'],
      ['This tool', 'Asks the providers\' own interfaces, keeps what they answered without secrets, says what it could not read, and derives the rest by rules that can be run again. It decides nothing that a person has to decide.'],
      ['The independent CPA firm', 'Which evidence it relies on, what it samples and tests, and the opinion.'],
    ] },
    { type: 'paragraph', style: 'small', text: pack.preparedBy === null ? 'Nobody has put their name to this pack as its preparer.' : `Prepared by ${whoActed(pack.preparedBy)} on ${minute(pack.madeAt)}.` },
    { type: 'heading', text: 'At a glance' }, ...(pairs === undefined ? [] : [pairs]),
    ...rest,
    { type: 'heading', text: 'How to check this pack' },
    { type: 'paragraph', text: 'In the folder that holds bagit.txt. On Windows, in PowerShell, the first command names each file that was changed; elsewhere the second one does. data/README.md has the commands for the signature, and for a time stamp where there is one.' },
    { type: 'commands', lines: [
      'Get-Content -Encoding UTF8 manifest-sha256.txt, tagmanifest-sha256.txt | ForEach-Object { $digest, $file = $_ -split \'  \', 2;', '  if ((Get-FileHash -Algorithm SHA256 -LiteralPath $file).Hash -ne $digest) { "changed: $file" } }', '',
      'sha256sum --check --quiet manifest-sha256.txt && sha256sum --check --quiet tagmanifest-sha256.txt',
    ] },
    { type: 'paragraph', text: `The log: ${period.log.origin}, ${period.log.size} entries. Keep its root, and ask next time for the proof that the log still begins with it:` },
    { type: 'commands', lines: [period.log.root] },
  ];
}

function readme(pack: Pack, period: Period | null): string {
  const text = (value: string): string => printable(value).replace(/[\\`*_{}[\]<>|#~!&]/g, (character) => `\\${character}`);
  const runs = pack.runs.map(({ run, tagManifestSha256 }) => `| \`${run}\` | \`${tagManifestSha256}\` |`).join('\n');
  return `# ${pack.kind === 'period' ? 'Evidence for a period' : 'Added to evidence for a period'}: ${text(pack.organization)}, ${pack.from} to ${pack.to}

${RESPONSIBILITY_STATEMENT}

Made on ${minute(pack.madeAt)} with ${text(pack.tool)}${pack.preparedBy === null ? '; nobody has put their name to it as its preparer' : `; prepared by ${text(whoActed(pack.preparedBy))}`}.

${period === null ? 'It holds runs or rows of a pack that was handed over before: `data/runs/<run>/` with the files as they were sealed. Hold `tagmanifest-sha256.txt` of each against the digest of that run in the earlier pack.' : `| file | what it is |
| --- | --- |
| \`data/cover.pdf\` | the cover, in plain words |
| \`data/index.html\` | all of it as one page that asks nothing of a network |
| \`data/period.xlsx\`, \`data/tables/*.csv\` | every table, as a workbook and as CSV |
| \`data/period.json\` | what all of these are made from |
| \`data/requests-index.csv\` | the auditor's requests in their order, where a list was given |
| \`data/populations/\` | the populations at both ends of the period, as they stand in the sealed runs |
| \`data/runs/<run>/\` | seal, manifests and records of each sealed run; rows and pages stay with management until they are asked for |
| \`data/log/\` | the log: its entries, its newest checkpoint, those that are anchored, and the time stamps |
| \`data/documents/\` | approvals, decisions of reviews, and whatever else the log names by digest |`}

## Runs

What is shown later of a run can be held against its digest here.

| run | SHA-256 of its tag manifest |
| --- | --- |
${runs || '| none | |'}

${pack.leftOut.length === 0 ? 'Nothing that belongs here was left out.' : `Left out: ${pack.leftOut.map(({ what, why }) => `${text(what)} (${text(why)})`).join('; ')}.`}

## How to check it with ordinary tools

${ORDINARY_TOOLS}

A pass shows that nothing changed since the seal and who sealed it. It does not show that a list is complete, an explanation true or an input genuine.
`;
}

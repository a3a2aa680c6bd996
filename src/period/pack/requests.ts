// SPDX-License-Identifier: Apache-2.0
import { sha256 } from '../../evidence/digest.ts';
import { csvLine, csvRecords } from '../../evidence/populations-csv.ts';
import { shown } from '../../evidence/populations-text.ts';
import { InputError } from '../../model/errors.ts';
import type { Period } from '../document.ts';
import { PACK, requestsSchema, type Requests } from './format.ts';

const COLUMNS = ['request_id', 'wording', 'answers'] as const;
const REMEDY = `use the columns ${COLUMNS.join(', ')}; answers are names such as table:additions, population:closing/credentials, control:NHI-02, separated by semicolons`;

/** An auditor's list from the bytes of a CSV file that management completed with what answers each request. Throws an InputError that names the row and what to write. */
export function readRequests(file: string, bytes: Uint8Array, known: (answer: string) => boolean): Requests {
  const requests: Requests['requests'][number][] = [];
  const [header, ...rows] = recordsOf(file, bytes);
  if (header?.length === 1 && header[0]?.replaceAll(';', ',') === COLUMNS.join(',')) throw new InputError(`${file}: row 1`, 'separates its columns with semicolons, as spreadsheets of some languages do', 'save it with commas between columns; semicolons separate the answers of one request');
  if (header?.map((name) => name.trim()).join(',') !== COLUMNS.join(',')) throw new InputError(`${file}: row 1`, `has the columns ${header?.join(', ') ?? ''}`, REMEDY);
  for (const [index, row] of rows.entries()) {
    const place = `${file}: row ${index + 2}`;
    const [id = '', wording = '', answers = ''] = row.map((cell) => cell.trim());
    if (row.length !== COLUMNS.length || id === '' || wording === '') throw new InputError(place, 'a request needs an id and a wording', REMEDY);
    if (requests.some((request) => request.id === id)) throw new InputError(place, `the request ${id} stands twice`, 'give each request one row');
    const named = answers.split(';').map((answer) => answer.trim()).filter((answer) => answer !== '');
    for (const answer of named) if (!known(answer)) throw new InputError(place, `nothing in the pack is called ${answer}`, REMEDY);
    requests.push({ id, wording, answers: named });
  }
  return requestsSchema.parse({ origin: file.split(/[\\/]/).at(-1), sha256: sha256(bytes), requests });
}

function recordsOf(file: string, bytes: Uint8Array): string[][] {
  try {
    return csvRecords(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), file);
  } catch (error) {
    throw new InputError(file, 'is no CSV file in UTF-8', 'save it as "CSV UTF-8" from a spreadsheet', { cause: error });
  }
}

/** The file of a pack that an answer names, relative to the pack; null where it names none. */
export function answerFile(answer: string, period: Period, tables: ReadonlySet<string>): string | null {
  const whole: { readonly [name: string]: string } = { cover: PACK.cover, page: PACK.page, workbook: PACK.workbook, period: PACK.period, log: `${PACK.log}/leaves.jsonl` };
  if (Object.hasOwn(whole, answer)) return whole[answer] ?? null;
  const [, kind = '', name = ''] = /^(table|population|control|run):(.+)$/.exec(answer) ?? [];
  if (kind === 'table') return tables.has(name) ? `${PACK.tables}/${name}.csv` : null;
  if (kind === 'population') {
    const [side = '', file = ''] = name.split('/');
    const of = side === 'opening' ? period.opening : side === 'closing' ? period.closing : null;
    return of?.files.some((one) => one.name === file) === true ? `${PACK.populations}/${side}/${file}.csv` : null;
  }
  if (kind === 'control') return period.closing.run !== null && period.controls.some(({ id }) => id === name) ? `${PACK.runs}/${period.closing.run}/evidence/${name}.json` : null;
  if (kind === 'run') return period.runs.some(({ run, state }) => run === name && (state === 'sealed' || state === 'resealed')) ? `${PACK.runs}/${name}/seal.dsse.json` : null;
  return null;
}

/** The index that answers an auditor's requests in their order, with the digest of each file. Who accepted what is for the auditor to say, so no column holds it. */
export async function requestsIndex(requests: Requests, fileOf: (answer: string) => string | null, digestOf: (file: string) => Promise<string>, prepared: { readonly by: string; readonly at: string }): Promise<string> {
  let text = csvLine(['request_id', 'wording', 'file', 'sha256', 'prepared_by', 'prepared_at', 'note']);
  for (const { id, wording, answers } of requests.requests) {
    if (answers.length === 0) text += csvLine([shown(id).text, shown(wording).text, '', '', '', '', 'management has named nothing that answers it']);
    for (const answer of answers) {
      const file = fileOf(answer);
      text += csvLine([shown(id).text, shown(wording).text, file ?? '', file === null ? '' : await digestOf(file), prepared.by === '' ? '' : shown(prepared.by).text, prepared.at, file === null ? `nothing in this pack is called ${shown(answer).text}` : answer]);
    }
  }
  return text;
}


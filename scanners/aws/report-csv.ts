// SPDX-License-Identifier: Apache-2.0

type Rows = readonly { readonly [column: string]: string }[];

/** A credential report's CSV (RFC 4180) as rows by header name, in whatever order and number the columns come. Refuses a row of another length, a column that comes twice and a quote that does not close. */
export function readReportCsv(text: string): { readonly ok: true; readonly rows: Rows } | { readonly ok: false; readonly problem: string } {
  const records = recordsOf(text.replace(/^\uFEFF/, ''));
  if (records === null) return { ok: false, problem: 'the report has a quoted field that does not end where the field does' };
  const [header, ...rest] = records;
  if (header === undefined || !header.includes('user') || !header.includes('arn')) return { ok: false, problem: 'the report has no header with user and arn' };
  if (new Set(header).size !== header.length) return { ok: false, problem: 'the report has a column twice' };
  const rows: { readonly [column: string]: string }[] = [];
  for (const [index, record] of rest.entries()) {
    if (record.length !== header.length) return { ok: false, problem: `row ${index + 1} of the report has ${record.length} fields, its header ${header.length}` };
    rows.push(Object.fromEntries(header.map((column, at) => [column, record[at] ?? ''])));
  }
  return { ok: true, rows };
}

/** Records of fields; blank lines are none. Null for a quote out of place. */
function recordsOf(text: string): string[][] | null {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      at += 1;
      for (;;) {
        const close = text.indexOf('"', at);
        if (close < 0) return null;
        field += text.slice(at, close);
        at = close + 1;
        if (text[at] !== '"') break;
        field += '"';
        at += 1;
      }
      if (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') return null;
    } else {
      const end = endOfField(text, at);
      field = text.slice(at, end);
      at = end;
    }
    record.push(field);
    if (text[at] === ',') {
      at += 1;
      // A comma at the very end opens one more, empty, field.
      if (at === text.length) record.push('');
      else continue;
    } else {
      if (text[at] === '\r' && text[at + 1] === '\n') at += 1;
      at += 1;
    }
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  }
  return records;
}

function endOfField(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === ',' || character === '\n' || character === '\r') return at;
  }
  return text.length;
}

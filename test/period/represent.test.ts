// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { parseRepresented } from '../../src/period/represent.ts';

const HEAD = 'system,credential,owner,purpose,created,last_rotated,last_used,note';
const row = (system: string, credential: string): string => `${system},${credential},Bo Lind,backups,2026-01-01,2026-03-01,unknown,`;

test('a list as a spreadsheet saves it: byte order mark, semicolons, CRLF, quoted cells, empty lines, columns in another order', () => {
  const text = `\ufeffcredential;system;owner;purpose;created;last_rotated;last_used;note\r\n"db ""main""";vault;Bo Lind;"one; two";;;;"line\nbreak"\r\n\r\ntoken;mail;;;;;;\r\n`;
  expect(parseRepresented(text, 'list.csv')).toEqual([
    { system: 'vault', credential: 'db "main"', owner: 'Bo Lind', purpose: 'one; two', created: '', last_rotated: '', last_used: '', note: 'line\nbreak' },
    { system: 'mail', credential: 'token', owner: '', purpose: '', created: '', last_rotated: '', last_used: '', note: '' },
  ]);
});

test('formulas are kept as text', () => {
  expect(parseRepresented(`${HEAD}\n=cmd|' /C calc'!A0,@SUM(A1),,,,,,\n`, 'list.csv')[0]).toMatchObject({ system: "=cmd|' /C calc'!A0", credential: '@SUM(A1)' });
});

test.each([
  ['nothing', '', 'is empty'],
  ['a column is missing', 'system,credential,owner\n', 'lacks the column purpose'],
  ['a column nobody knows', `${HEAD},password\n`, 'column "password" is unknown'],
  ['a column twice', `${HEAD},note\n`, 'column "note" is unknown or comes twice'],
  ['no system', `${HEAD}\n,key,,,,,,\n`, 'list.csv:2: system'],
  ['a cell too few', `${HEAD}\nvault,key\n`, 'list.csv:2: 2 cells where 8 belong'],
  ['the same twice', `${HEAD}\n${row('vault', 'db')}\n${row('mail', 'db')}\n${row('vault', 'db')}\n`, 'list.csv:4: the same system and credential as on line 2'],
  ['a secret where a name belongs', `${HEAD}\nforge,ghp_${'a'.repeat(36)},,,,,,\n`, 'list.csv:2: the column credential looks like a secret'],
  ['an open quote', `${HEAD}\n"vault,db,,,,,,\n`, 'ends inside a quoted cell'],
  ['a quote inside', `${HEAD}\nva"ult,db,,,,,,\n`, 'list.csv:2: a quote out of place'],
  ['a cell too long', `${HEAD}\nvault,${'x'.repeat(1001)},,,,,,\n`, 'list.csv:2: credential'],
])('%s', (_, text, words) => {
  expect(() => parseRepresented(text, 'list.csv')).toThrow(words);
});

test('a refusal never repeats a secret', () => {
  const secret = `ghp_${'a'.repeat(36)}`;
  expect(() => parseRepresented(`${HEAD}\nforge,${secret},,,,,,\n`, 'list.csv')).toThrow(expect.not.objectContaining({ message: expect.stringContaining(secret) }));
});

// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeError, decodeResult } from '../../../scanners/aws/decode.ts';
import { readReportCsv } from '../../../scanners/aws/report-csv.ts';

type Tree = string | readonly Tree[] | { readonly [name: string]: Tree };

function xml(tree: Tree): string {
  if (typeof tree === 'string') return tree.replace(/[&<>"'\r]/g, (c) => `&#${c.charCodeAt(0)};`);
  if (Array.isArray(tree)) return (tree as readonly Tree[]).map((item) => `<member>${xml(item)}</member>`).join('\n  ');
  return Object.entries(tree).map(([name, value]) => `<${name}>${xml(value)}</${name}>`).join('\n  ');
}
function answer(tree: Tree, operation = 'ListThings'): string {
  return `<?xml version="1.0"?>\n<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${operation}Result>${xml(tree)}</${operation}Result><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></${operation}Response>`;
}

// Characters that XML 1.0 can hold.
const text = fc.string({ unit: fc.oneof(fc.constantFrom('<', '>', '&', '"', "'", '\r', '\n', '\t', ' ', ';', '#', '0', '-', ']', '{'), fc.integer({ min: 0x20, max: 0xd7ff }).map((code) => String.fromCodePoint(code)), fc.integer({ min: 0x10000, max: 0x1ffff }).map((code) => String.fromCodePoint(code))), maxLength: 20 });
const name = fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,12}$/);
const tree: fc.Arbitrary<Tree> = fc.letrec<{ node: Tree }>((tie) => ({
  node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, text, fc.array(tie('node'), { minLength: 1, maxLength: 4 }), fc.dictionary(name, tie('node'), { minKeys: 1, maxKeys: 4, noNullPrototype: true })),
})).node;

test('any tree of text, lists and structures survives encoding and decoding, each scalar as the text that was sent', () => {
  fc.assert(fc.property(fc.dictionary(name, tree, { minKeys: 1, maxKeys: 4, noNullPrototype: true }), (value) => {
    expect(decodeResult('ListThings', answer(value))).toEqual({ ok: true, body: value, requestId: 'id-1' });
  }), { numRuns: 300 });
});

test('numbers, switches and dates stay text; an empty element is an empty text; CDATA is taken to the letter; maps are objects', () => {
  const body = '<OResponse><OResult><N>0012</N><B>true</B><E/><F></F><C><![CDATA[a &amp; <b>]]></C><SummaryMap><entry><key>Users</key><value>31</value></entry><entry><key>__proto__</key><value>1</value></entry></SummaryMap></OResult></OResponse>';
  const decoded = decodeResult('O', body);
  expect(decoded).toMatchObject({ ok: true, body: { N: '0012', B: 'true', E: '', F: '', C: 'a &amp; <b>' } });
  expect(decoded.ok && JSON.stringify(decoded.body)).toContain('"SummaryMap":{"Users":"31","__proto__":"1"}');
});

const whole = answer({ Items: ['a', 'b'], IsTruncated: 'false' });
test.each([
  ['an empty body', ''], ['white space', '  \n'], ['a web page', '<!DOCTYPE html><html><body>sign in<br></body></html>'], ['a well-formed web page', '<html><body>sign in</body></html>'], ['plain text', 'Service Unavailable'], ['JSON', '{"Items":[]}'],
  ["another operation's answer", answer({ Items: ['a'] }, 'ListOthers')], ['a second root', `${whole}${whole}`], ['a result that comes twice', '<ListThingsResponse><ListThingsResult/><ListThingsResult/></ListThingsResponse>'],
  ['no result', '<ListThingsResponse><ResponseMetadata/></ListThingsResponse>'], ['an element that comes twice', '<ListThingsResponse><ListThingsResult><A>1</A><A>2</A></ListThingsResult></ListThingsResponse>'],
  ['text among elements', '<ListThingsResponse><ListThingsResult>stray<A>1</A></ListThingsResult></ListThingsResponse>'], ['an unknown entity', '<ListThingsResponse><ListThingsResult><A>&bomb;</A></ListThingsResult></ListThingsResponse>'],
  ['entities that expand', '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><ListThingsResponse><ListThingsResult><A>&b;</A></ListThingsResult></ListThingsResponse>'],
  ['an error in place of a result', '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>'],
])('%s is refused', (_what, body) => {
  expect(decodeResult('ListThings', body)).toMatchObject({ ok: false });
});

test('a body cut anywhere is refused', () => {
  expect(decodeResult('ListThings', whole)).toMatchObject({ ok: true });
  for (let length = 0; length < whole.length; length += 1) expect(decodeResult('ListThings', whole.slice(0, length)), `cut at ${length}`).toMatchObject({ ok: false });
});

test('the decoder is total: no text makes it throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.string().map((part) => `<ListThingsResponse>${part}</ListThingsResponse>`)), (body) => {
    expect(typeof decodeResult('ListThings', body).ok).toBe('boolean');
    decodeError(body);
  }));
});

test('an error response gives code, message and request id; anything else gives none', () => {
  expect(decodeError('<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>a &lt;b&gt;</Message></Error><RequestId>r</RequestId></ErrorResponse>')).toEqual({ code: 'NoSuchEntity', message: 'a <b>', requestId: 'r' });
  expect(decodeError('<html><body>502</body></html>')).toEqual({ code: null, message: null, requestId: null });
});

const report = (csv: string): string => answer({ Content: Buffer.from(csv).toString('base64'), ReportFormat: 'text/csv', GeneratedTime: '2026-11-22T09:00:00Z' }, 'GetCredentialReport');

test('the credential report stands as rows by header name, whatever the order and number of columns', () => {
  expect(decodeResult('GetCredentialReport', report('arn,user,new_column\narn:1,"a,""b""",7'))).toMatchObject({ ok: true, body: { GeneratedTime: '2026-11-22T09:00:00Z', rows: [{ arn: 'arn:1', user: 'a,"b"', new_column: '7' }] } });
});

test.each([['a short row', 'user,arn\nx'], ['a long row', 'user,arn\nx,y,z'], ['no header', ''], ['another header', 'a,b\n1,2'], ['a column twice', 'user,arn,user\n1,2,3'], ['an open quote', 'user,arn\n"x,y']])('a report with %s is refused', (_what, csv) => {
  expect(readReportCsv(csv)).toMatchObject({ ok: false });
  expect(decodeResult('GetCredentialReport', report(csv))).toMatchObject({ ok: false });
});

test('any table survives CSV', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.string(), fc.string(), fc.string({ minLength: 1 })), { maxLength: 6 }), fc.constantFrom('\n', '\r\n'), (rows, end) => {
    const quoted = rows.map((row) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join(','));
    expect(readReportCsv(['user,arn,other', ...quoted].join(end))).toEqual({ ok: true, rows: rows.map(([user, arn, other]) => ({ user, arn, other })) });
  }));
});

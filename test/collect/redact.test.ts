// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createRedactor } from '../../src/collect/redact.ts';

const redactor = createRedactor({ enabled: true });
const scheme = ['ht', 'tps'].join('');
const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const github = `ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}`;

test.each([
  ['a GitHub token', `token ${github}`, 'github'],
  ['an Ed25519 private key', ed25519, 'privatekey'],
  ['a short private key', `-----BEGIN EC ${'PRIVATE'} KEY-----\nMHc=\n-----END`, 'privatekey'],
  ['basic authentication to an internal host', `${scheme}://deploy:p%40ss!word@repository.internal/x`, 'basicauth'],
  ['basic authentication without a user', `redis://:s3cr3t-p@cache.example`, 'basicauth'],
  ['a JSON web token', `eyJ${'hbGciOiJIUzI1NiJ9'}.eyJ${'zdWIiOiIxMjM0NTY3ODkwIn0'}.${'c2lnbmF0dXJlLWhlcmU'}`, 'jwt'],
  ['a token inside percent encoding', encodeURIComponent(`{"Condition":{"StringEquals":{"x":"${github}"}}}`), 'github'],
  ['a token percent-encoded to the last letter', [...github].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(''), 'github'],
])('%s is removed whole, by rule', async (_name, text, rule) => {
  const { body, removed } = await redactor.detect({ Tags: [{ Key: 'note', Value: text }], Other: 'stays' });
  expect(body).toEqual({ Tags: [{ Key: 'note', Value: { $redacted: rule } }], Other: 'stays' });
  expect(removed).toEqual([{ pointer: ['Tags', 0, 'Value'], rule }]);
  expect(await redactor.text(text)).toBe(`[redacted: ${rule}]`);
});

test.each(['arn:aws:iam::111122223333:role/path/name', 'team-platform@example.com', '2026-11-22T09:30:00Z', `AKIA${'IOSFODNN7ABCDEFG'}`, 'https://example.com:8443/path', 'postgres://host:5432/db', '%7B%22Version%22%3A%222012-10-17%22%7D', '100% sure'])('%s is no secret and stays', async (text) => {
  expect((await redactor.detect({ a: text })).body).toEqual({ a: text });
});

test('each of two equal values is replaced, and one beside them is not', async () => {
  expect((await redactor.detect([github, 'x', github])).body).toEqual([{ $redacted: 'github' }, 'x', { $redacted: 'github' }]);
});

test('what the schema does not name is told by place, type and count, and a name that could itself be a secret is not repeated', () => {
  const schema = z.object({ Items: z.array(z.object({ Id: z.string() })) });
  const reduced = redactor.reduce(schema, { Items: [{ Id: 'a', Extra: 'v' }, { Id: 'b', Extra: 'w', Deep: { x: 1 } }], [`secret ${github}`]: 'v' });
  expect(reduced).toEqual({ fits: true, body: { Items: [{ Id: 'a' }, { Id: 'b' }] }, unknown: [{ path: '<name>', type: 'string', count: 1 }, { path: 'Items[].Deep', type: 'object', count: 1 }, { path: 'Items[].Extra', type: 'string', count: 2 }] });
});

test('a body that does not fit is told by place, without its value', () => {
  const reduced = redactor.reduce(z.object({ Items: z.array(z.object({ Id: z.string() })) }), { Items: [{ Id: 7, Note: github }] });
  expect(reduced).toMatchObject({ fits: false });
  expect(JSON.stringify(reduced)).not.toContain(github);
});

test('without redaction everything stays, which a bundle says', async () => {
  const open = createRedactor({ enabled: false });
  expect(open.reduce(z.object({ a: z.string() }), { a: github, b: 1 })).toEqual({ fits: true, body: { a: github, b: 1 }, unknown: [] });
  expect((await open.detect({ a: github })).body).toEqual({ a: github });
});

test('looking at many texts leaves nothing behind: a long scan looks at millions', async () => {
  performance.clearMarks();
  for (let page = 0; page < 50; page += 1) await redactor.detect({ a: `a text of page ${page}` });
  expect(performance.getEntries().filter(({ entryType }) => entryType === 'mark' || entryType === 'measure')).toEqual([]);
});

// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/model/errors.ts';
import { parseConfiguration } from '../../src/scope/configuration.ts';
import { readDataFile } from '../../src/scope/read-file.ts';
import { harbor } from '../support/harbor/provider.ts';
import { temporaryFolder } from '../support/temp.ts';

const target = { name: 'one', provider: 'harbor', auth: { url: 'http://127.0.0.1:1' } };
const parse = (value: unknown): unknown => parseConfiguration(value, 'rollcall.yaml', [harbor]);

describe('a configuration', () => {
  test('that fits comes back with its targets and defaults', () => {
    expect(parse({ version: 1, targets: [target] })).toMatchObject({ configuration: { output: { archive: './evidence' }, expectedGaps: [] }, targets: [{ name: 'one', provider: 'harbor' }] });
  });
  test.each<[string, unknown, RegExp]>([
    ['no version', { targets: [target] }, /version/],
    ['an unknown field', { version: 1, targets: [target], thresholds: {} }, /thresholds/],
    ['no target', { version: 1, targets: [] }, /targets/],
    ['an unknown provider', { version: 1, targets: [{ ...target, provider: 'moon' }] }, /targets\.0\.provider: there is no provider moon/],
    ['two targets of one name', { version: 1, targets: [target, target] }, /targets\.1\.name/],
    ['a login without what the provider needs', { version: 1, targets: [{ ...target, auth: {} }] }, /targets\.0: auth\.url/],
    ['an exclusion without approver', { version: 1, targets: [target], exclude: [{ unit: 'harbor:1', reason: 'x', expires: '2027-01-01' }] }, /exclude\.0\.approver/],
    ['a day that is none', { version: 1, targets: [target], exclude: [{ unit: 'harbor:1', reason: 'x', approver: 'y', expires: '2027-13-01' }] }, /exclude\.0\.expires/],
    ['an unknown lane', { version: 1, targets: [target], limits: { moon: { rate: 1 } } }, /limits\.moon/],
    ['a signing command without a key to check it with', { version: 1, targets: [target], signing: { command: ['sign'] } }, /publicKey/],
    ['an authority that is no address', { version: 1, targets: [target], anchor: { url: 'tsa.example.com' } }, /anchor\.url: expected an http/],
    ['an authority with a password', { version: 1, targets: [target], anchor: { url: 'https://a:b@tsa.example.com' } }, /anchor\.url: expected an http/],
    ['a text', 'hello', /rollcall\.yaml/],
    ['nothing', null, /rollcall\.yaml/],
  ])('with %s is refused with place and remedy', (_name, value, message) => {
    expect(() => parse(value)).toThrow(InputError);
    expect(() => parse(value)).toThrow(message);
  });
  test.each([
    [{ version: 1, targets: [{ ...target, auth: { clientSecret: 'hunter2-hunter2' } }] }, 'targets.0.auth.clientSecret'],
    [{ version: 1, targets: [{ ...target, auth: { url: `AKIA${'IOSFODNN7ABCDEFG'}` } }] }, 'targets.0.auth.url'],
  ])('with what looks like a secret is refused, and the value is not repeated', (value, place) => {
    let message = '';
    try {
      parse(value);
    } catch (error) {
      message = error instanceof InputError ? `${error.message} ${error.remedy}` : String(error);
    }
    expect(message).toContain(place);
    expect(message).not.toMatch(/hunter2|IOSFODNN7/);
  });
});

describe('a file that a person wrote', () => {
  test.each<[string, string | Buffer, RegExp]>([
    ['is not YAML', 'a: [1\nb: 2', /file\.yaml:\d+:\d+/],
    ['has a key twice', 'a: 1\na: 2', /file\.yaml:2/],
    ['is not text', Buffer.from([0xff, 0xfe, 0x00]), /not UTF-8/],
    ['grows through its aliases', `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'.split('').map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghij'[index] ?? 'a'}`).join(',')}]`).join('\n')}`, /aliases/],
  ])('and %s is refused with the place', async (_name, content, message) => {
    const file = join(await temporaryFolder(), 'file.yaml');
    await writeFile(file, content);
    await expect(readDataFile(file)).rejects.toThrow(InputError);
    await expect(readDataFile(file)).rejects.toThrow(message);
  });
  test('and is not there is one clear error', async () => {
    await expect(readDataFile(join(await temporaryFolder(), 'none.yaml'))).rejects.toThrow(/there is no such file/);
  });
});

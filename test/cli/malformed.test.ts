// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { machine, entries, rollcall, type Ended } from './child.ts';
import { MALFORMED_FILES } from './malformed-files.ts';

const here = machine();

/** One message with a place, a remedy, exit 2, and nothing that only we understand. */
function expectMistake({ code, stdout, stderr }: Ended, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.match(/^rollcall: /gm)).toHaveLength(1);
  expect(stderr.match(/^ {2}→ \S.+$/gm)).toHaveLength(1);
  expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(4);
  expect(stderr).not.toMatch(/at file:|node:internal|node_modules|\[object |ZodError|Warning:/);
  expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(stderr).not.toMatch(/hunter2|a1B2a1B2|IOSFODNN7A/);
}

describe.concurrent('a file', () => {
  test.each(MALFORMED_FILES)('$name is refused with place and remedy before anything is written', async ({ file, content, message }) => {
    const folder = await here().folder('file');
    await writeFile(join(folder, file), content);
    if (file !== 'rollcall.yaml') await writeFile(join(folder, 'rollcall.yaml'), `version: 1\ntargets: [{ name: one, provider: aws }]\n${file.replace('.yaml', '')}: ${file}\n`);
    expectMistake(await rollcall(['scan'], { cwd: folder, env: here().environment() }), message);
    expect(await entries(folder)).toEqual([...new Set([file, 'rollcall.yaml'])].sort());
  });
});

describe.concurrent('a command line', () => {
  test.each<[readonly string[], RegExp]>([
    [['scan', '-c', 'nosuch.yaml'], /nosuch\.yaml: there is no such file/],
    [['scan', '-c', 'folder'], /folder: not a file/],
    [['scan', '-c', ''], /--config <file>.*empty/],
    [['scan', '-c', 'file/rollcall.yaml'], /file\/rollcall\.yaml: /],
    [['scan', '--owners', 'nosuch.yaml'], /nosuch\.yaml: there is no such file/],
    [['scan', '--controls', 'nosuch.yaml'], /nosuch\.yaml: there is no such file/],
    [['scan', '--archive', ''], /--archive <folder>.*empty/],
    [['scan', '--archive', 'file'], /file/],
    [['scan', '--archive', 'x'.repeat(5000)], /xxx/],
    [['scan', '--depth', 'deepest'], /--depth <depth>.*deepest.*bulk, standard, deep/],
    [['scan', '--fail-on', 'moderate'], /--fail-on <severity>.*moderate.*low, medium, high, critical/],
    [['scan', '--bulk-only', '--deep'], /--bulk-only.*cannot be used with.*--deep/],
    [['scan', '--bulk-only', '--depth', 'deep'], /--bulk-only.*cannot be used with.*--depth deep/],
    [['scan', '--key', 'nosuch.pem'], /nosuch\.pem: the signing key cannot be read/],
    [['scan', '--key', 'junk.pem'], /junk\.pem: /],
    [['scan', '--nosuch\u001b[2J'], /unknown option/],
    [['scan', 'stray'], /too many arguments/],
    [['init', '--folder', 'file'], /file/],
    [['doctor', '-c', 'nosuch.yaml'], /nosuch\.yaml: there is no such file/],
    [['doctor'], /no AWS credentials were found/],
    [['verify', 'nosuch'], /there is no folder nosuch/],
    [['verify', 'file'], /there is no folder file/],
    [['verify', 'folder', '--require', 'faith'], /--require: there is no verdict faith\n.*re-derivation/],
    [['verify', 'folder', '--require', ','], /--require <verdicts>/],
    [['verify', 'folder', '--key', 'nosuch.pem'], /--key: nosuch\.pem cannot be read/],
    [['verify', 'folder', '--key', 'junk.pem'], /--key: junk\.pem: not a public key/],
    [['verify', 'folder', '--checkpoint', 'nosuch'], /--checkpoint: nosuch cannot be read/],
    [['verify', 'folder', '--checkpoint', 'junk.pem'], /--checkpoint: junk\.pem is no checkpoint/],
    [['verify', 'folder', '--log', 'nosuch'], /--log: there is no folder nosuch/],
    [['seal', 'nosuch'], /nosuch/],
    [['seal', 'folder'], /folder.*run\.json/],
    [['explain', 'x'], /--archive: there is no sealed run in \.\/evidence/],
    [['explain', ''], /empty/],
    [['explain', 'x', '--check', 'nosuch'], /--check: there is no check nosuch/],
    [['explain', 'x', '--run', 'nosuch'], /--run: there is no folder nosuch/],
    [['explain', 'x', '--run', 'folder'], /--run: folder is not the folder of a run/],
    [['trace'], /name either a row or an id/],
    [['trace', 'credentials:1', '--id', 'x'], /name either a row or an id/],
    [['trace', 'credentials'], /credentials names no row/],
    [['trace', 'credentials:-1'], /credentials:-1 names no row/],
    [['trace', 'moon:1'], /moon:1 names no row\n.*credentials/],
    [['trace', 'credentials:1', '--run', 'folder'], /--run: folder is not the folder of a run/],
  ])('%j is refused with place and remedy', async (args, message) => {
    const folder = await here().folder('line');
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'file'), 'not a folder');
    await writeFile(join(folder, 'junk.pem'), 'junk', { mode: 0o600 });
    expectMistake(await rollcall(args, { cwd: folder, env: here().environment() }), message);
    expect(await entries(folder)).toEqual(['file', 'folder', 'junk.pem']);
    expect(await entries(join(folder, 'folder'))).toEqual([]);
  });
});

test('a scan without any login says how to log in, and leaves a log of the attempt and no run', async () => {
  const folder = await here().folder('nologin');
  expectMistake(await rollcall(['scan', '--quiet'], { cwd: folder, env: { ...here().environment(), XDG_CONFIG_HOME: join(folder, 'config') } }).then((done) => ({ ...done, stderr: done.stderr.replace(/^(Made a signing key|A key kept).*\n/gm, '') })), /no AWS credentials were found/);
  expect(await entries(join(folder, 'evidence', 'runs'))).toEqual([]);
  expect(await entries(join(folder, 'evidence', 'work'))).toEqual([]);
  expect(await entries(join(folder, 'evidence', 'log'))).toContain('leaves.jsonl');
});

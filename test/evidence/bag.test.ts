// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { appendFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { checkBag, filesOf, writeBag } from '../../src/evidence/bag.ts';
import { sha256 } from '../../src/evidence/digest.ts';
import { temporaryFolder } from '../support/temp.ts';

const run = promisify(execFile);
const INFO = { run: '0199', baggedOn: '2026-01-02', agent: 'rollcall 0.0.0' };

async function bag(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'data/pages'), { recursive: true });
  await writeFile(join(folder, 'data/run.json'), '{}\n');
  await writeFile(join(folder, 'data/pages/page one.txt'), 'ä\n');
  await writeFile(join(folder, 'data/empty'), '');
  await writeBag(folder, INFO);
  return folder;
}

/** Changes the manifest, and makes the tag manifest fit again: what a careful forger would do. */
async function remake(folder: string, change: (manifest: string) => string): Promise<void> {
  await writeFile(join(folder, 'manifest-sha256.txt'), change(await readFile(join(folder, 'manifest-sha256.txt'), 'utf8')));
  await fitTags(folder);
}

async function fitTags(folder: string): Promise<void> {
  const lines = await Promise.all(['bag-info.txt', 'bagit.txt', 'manifest-sha256.txt'].map(async (file) => `${sha256(await readFile(join(folder, file)))}  ${file}\n`));
  await writeFile(join(folder, 'tagmanifest-sha256.txt'), lines.join(''));
}

async function found(folder: string): Promise<readonly string[]> {
  return (await checkBag(folder)).map(({ file, message }) => `${file} ${message}`);
}

describe('a bag', () => {
  test('passes sha256sum, and its own check, and says what RFC 8493 asks for', async () => {
    const folder = await bag();
    for (const manifest of ['manifest-sha256.txt', 'tagmanifest-sha256.txt']) expect((await run('sha256sum', ['--check', '--strict', manifest], { cwd: folder })).stdout).not.toContain('FAILED');
    expect(await found(folder)).toEqual([]);
    expect(await readFile(join(folder, 'bagit.txt'), 'utf8')).toBe('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
    expect(await readFile(join(folder, 'bag-info.txt'), 'utf8')).toBe('Bag-Software-Agent: rollcall 0.0.0\nBagging-Date: 2026-01-02\nExternal-Identifier: 0199\nPayload-Oxum: 6.3\n');
    await writeFile(join(folder, 'data/run.json'), '[]\n');
    await expect(run('sha256sum', ['--check', '--strict', 'manifest-sha256.txt'], { cwd: folder })).rejects.toThrow(/data\/run\.json: FAILED|Command failed/);
  });

  test('is the same bytes when it is written again, and its digest stands for all of them', async () => {
    const folder = await bag();
    const before = await Promise.all((await filesOf(folder)).files.map((file) => readFile(join(folder, file))));
    const again = await writeBag(folder, INFO);
    expect(await Promise.all((await filesOf(folder)).files.map((file) => readFile(join(folder, file))))).toEqual(before);
    expect(again).toEqual({ tagManifestSha256: sha256(await readFile(join(folder, 'tagmanifest-sha256.txt'))), files: 3, bytes: 6 });
    await writeFile(join(folder, 'data/run.json'), '[]\n');
    expect((await writeBag(folder, INFO)).tagManifestSha256).not.toBe(again.tagManifestSha256);
  });

  test('is not made around a link, or a name that sha256sum would escape', async () => {
    const linked = await bag();
    await symlink('run.json', join(linked, 'data/link'));
    await expect(writeBag(linked, INFO)).rejects.toThrow(/data\/link/);
    const strange = await bag();
    await writeFile(join(strange, 'data/two\nlines'), '');
    await expect(writeBag(strange, INFO)).rejects.toThrow(/plain name/);
  });
});

describe('the check of a bag names', () => {
  const HEX = 'ab'.repeat(32);
  test.each<readonly [string, (folder: string) => Promise<unknown>, readonly RegExp[]]>([
    ['a changed file', (folder) => writeFile(join(folder, 'data/run.json'), '[]\n'), [/^data\/run\.json was changed/]],
    ['a file that became longer, total and all', (folder) => appendFile(join(folder, 'data/empty'), 'x'), [/^data\/empty was changed/, /^bag-info\.txt Payload-Oxum says 6 bytes in 3 files; there are 7 in 3$/]],
    ['a missing file', (folder) => rm(join(folder, 'data/empty')), [/^data\/empty is missing/]],
    ['an extra file', (folder) => writeFile(join(folder, 'data/pages/new'), ''), [/^data\/pages\/new is extra/]],
    ['an extra file beside the tag files', (folder) => writeFile(join(folder, 'fetch.txt'), ''), [/^fetch\.txt is extra/]],
    ['a renamed file, under both names', (folder) => rename(join(folder, 'data/empty'), join(folder, 'data/Empty')), [/^data\/empty is missing/, /^data\/Empty is extra/]],
    ['a link in a file’s place', async (folder) => {
      await rename(join(folder, 'data/run.json'), join(folder, 'data/copy.json'));
      await symlink('copy.json', join(folder, 'data/run.json'));
    }, [/^data\/run\.json is not a plain file with a plain name$/, /^data\/run\.json is missing/]],
    ['a link to a folder', (folder) => symlink('/etc', join(folder, 'data/etc')), [/^data\/etc is not a plain file with a plain name$/]],
    ['a line twice', (folder) => remake(folder, (text) => text + (text.split('\n')[0] ?? '') + '\n'), [/^manifest-sha256\.txt line 4 lists data\/empty again$/]],
    ['a second digest for a file', (folder) => remake(folder, (text) => `${text}${HEX}  data/empty\n`), [/^manifest-sha256\.txt line 4 lists data\/empty again$/]],
    ['digests in upper case', (folder) => remake(folder, (text) => text.replace(/^\S+/, (digest) => digest.toUpperCase())), [/^manifest-sha256\.txt line 1 is not a digest and a path/, /^data\/empty is extra/]],
    ['a path that leads out', (folder) => remake(folder, (text) => `${text}${HEX}  data/../../outside\n`), [/^manifest-sha256\.txt line 4 is not a digest and a path inside the bag$/]],
    ['a path that starts above', (folder) => remake(folder, (text) => `${text}${HEX}  ../outside\n`), [/^manifest-sha256\.txt line 4 is not a digest and a path inside the bag$/]],
    ['an absolute path', (folder) => remake(folder, (text) => `${text}${HEX}  /etc/hosts\n`), [/^manifest-sha256\.txt line 4 is not a digest and a path inside the bag$/]],
    ['a path with a backslash', (folder) => remake(folder, (text) => `${text}${HEX}  data\\run.json\n`), [/^manifest-sha256\.txt line 4 is not a digest and a path inside the bag$/]],
    ['a tag file in the payload’s manifest', (folder) => remake(folder, (text) => `${text}${HEX}  bagit.txt\n`), [/^manifest-sha256\.txt line 4 lists bagit\.txt, which does not belong there$/]],
    ['a payload file in the tag manifest', async (folder) => appendFile(join(folder, 'tagmanifest-sha256.txt'), `${sha256('')}  data/empty\n`), [/^tagmanifest-sha256\.txt line 4 lists data\/empty, which does not belong there$/]],
    ['an empty line', (folder) => remake(folder, (text) => text.replace('\n', '\n\n')), [/^manifest-sha256\.txt line 2 is not a digest/]],
    ['a manifest whose last line is torn', (folder) => remake(folder, (text) => text.slice(0, -1)), [/^manifest-sha256\.txt does not end with a line feed/]],
    ['a file whose name is no UTF-8 text', (folder) => writeFile(Buffer.concat([Buffer.from(`${folder}/data/`), Buffer.from([0xff])]), ''), [/^data\/\ufffd is not a plain file with a plain name$/]],
    ['a wrong total of bytes', async (folder) => {
      await writeFile(join(folder, 'bag-info.txt'), (await readFile(join(folder, 'bag-info.txt'), 'utf8')).replace('6.3', '7.3'));
      await fitTags(folder);
    }, [/^bag-info\.txt Payload-Oxum says 7 bytes in 3 files; there are 6 in 3$/]],
    ['a wrong total of files', async (folder) => {
      await writeFile(join(folder, 'bag-info.txt'), (await readFile(join(folder, 'bag-info.txt'), 'utf8')).replace('6.3', '6.4'));
      await fitTags(folder);
    }, [/^bag-info\.txt Payload-Oxum says 6 bytes in 4 files; there are 6 in 3$/]],
    ['a second total', async (folder) => {
      await appendFile(join(folder, 'bag-info.txt'), 'Payload-Oxum: 1.1\n');
      await fitTags(folder);
    }, [/^bag-info\.txt has 2 lines Payload-Oxum where one belongs$/]],
    ['another declaration', async (folder) => {
      await writeFile(join(folder, 'bagit.txt'), 'BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n');
      await fitTags(folder);
    }, [/^bagit\.txt does not declare BagIt 1\.0/]],
    ['missing tag files', async (folder) => {
      for (const file of ['bagit.txt', 'bag-info.txt', 'manifest-sha256.txt', 'tagmanifest-sha256.txt']) await rm(join(folder, file));
    }, [/^bagit\.txt is missing/, /^manifest-sha256\.txt is missing/, /^tagmanifest-sha256\.txt is missing/]],
  ])('%s', async (_, change, expected) => {
    const folder = await bag();
    await change(folder);
    const findings = await found(folder);
    for (const pattern of expected) expect(findings).toEqual(expect.arrayContaining([expect.stringMatching(pattern)]));
    // A change that the tag manifest was made to fit again is told by what it is, and nothing that stayed is named.
    for (const finding of findings) expect(finding).not.toMatch(/^data\/pages\/page one\.txt/);
  });

  test('nothing but what is wrong', async () => {
    const folder = await bag();
    await writeFile(join(folder, 'data/run.json'), '[]\n');
    expect(await found(folder)).toEqual(['data/run.json was changed: manifest-sha256.txt has another digest']);
  });
});

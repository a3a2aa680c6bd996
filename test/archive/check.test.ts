// SPDX-License-Identifier: Apache-2.0
import { appendFile, cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkArchive, type ArchiveCheck } from '../../src/archive/check.ts';
import { keepDocument } from '../../src/archive/documents.ts';
import { beginRun } from '../../src/archive/run-folder.ts';
import { folderView } from '../../src/archive/view.ts';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { publicKeyOf } from '../../src/evidence/dsse.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { judgeHistory } from '../../src/verify/log-history.ts';
import { editFile, rewriteLog, signAgain } from '../support/forge.ts';
import { smallArchive, type SmallArchive } from '../support/small-archive.ts';
import { temporaryFolder } from '../support/temp.ts';

async function check({ archive, signer }: SmallArchive, kept?: string): Promise<ArchiveCheck> {
  const view = await folderView(archive);
  return checkArchive(view, await judgeHistory(view.logFolder, kept, [publicKeyOf(signer.publicKeyPem)]));
}

async function found(small: SmallArchive, kept?: string): Promise<readonly string[]> {
  return (await check(small, kept)).findings.map(({ code, place, message }) => `${code} ${place}: ${message}`);
}

describe('checking an archive', () => {
  test('that is whole finds nothing and counts what it held', async () => {
    const small = await smallArchive();
    expect(await check(small)).toMatchObject({ findings: [], counts: { entries: 7, runs: 1, documents: 2 } });
    const unnamed = await keepDocument(small.archive, Buffer.from('not logged yet'));
    const kept = await readFile(join(small.log, 'checkpoints/3'), 'utf8');
    expect(await found(small, kept)).toEqual([]);
    expect((await check(small, kept)).notes).toEqual(['the log continues the checkpoint of 3 leaves that you kept', `documents/${unnamed} is named by no entry of the log`]);
  });

  test.each<readonly [string, (small: SmallArchive) => Promise<unknown>, readonly RegExp[]]>([
    ['a run that started and never ended', ({ archive, signer }) => beginRun(archive, signer, { run: 'killed-run', tool: 'rollcall 0.1.0', occasion: 'scheduled', targets: [] }, Date.now), [/^run_without_end runs\/killed-run: started at .* \(entry 7\) and neither sealed nor aborted/]],
    ['a run whose folder is gone', ({ bundle }) => rm(bundle, { recursive: true }), [/^run_missing runs\/.*was sealed at .* and its folder is gone/]],
    ['a run that the log does not know', ({ bundle, archive }) => cp(bundle, join(archive, 'runs/copied'), { recursive: true }), [/^run_not_logged runs\/copied: /]],
    ['a run whose file was altered', ({ bundle }) => appendFile(join(bundle, 'data/README.md'), 'x'), [/^run_altered runs\/.*data\/README\.md was changed/, /^run_altered .*Payload-Oxum/]],
    ['a run whose file is gone', ({ bundle }) => rm(join(bundle, 'data/README.md')), [/^run_altered runs\/.*data\/README\.md is missing/, /^run_altered .*Payload-Oxum/]],
    ['a run that was changed and signed again with the right key', async ({ bundle, signer }) => {
      await appendFile(join(bundle, 'data/README.md'), 'x');
      await signAgain(bundle, signer);
    }, [/^run_altered .*tagmanifest-sha256\.txt is not the one that entry 2 of the log was made over/, /^run_altered .*seal\.dsse\.json states something else than entry 2/]],
    ['a run without its seal', ({ bundle }) => rm(join(bundle, 'seal.dsse.json')), [/^run_altered .*seal\.dsse\.json is missing/]],
    ['a document that is gone', ({ archive, document }) => rm(join(archive, 'documents', document)), [/^document_missing documents\/.*entry 5 of the log \(representation\.recorded\) names it/]],
    ['a document that was altered', ({ archive, document }) => appendFile(join(archive, 'documents', document), ' '), [/^document_altered documents\//]],
    ['a time stamp that was altered', ({ log }) => appendFile(join(log, 'anchors/6.tsr'), 'x'), [/^stamp_altered log\/anchors\/6\.tsr: its digest, .*, is not one that the log names for that size/]],
    ['a time stamp of another size', ({ log }) => rename(join(log, 'anchors/6.tsr'), join(log, 'anchors/5.tsr')), [/^stamp_altered log\/anchors\/5\.tsr/]],
    ['strange files in every place', async ({ archive }) => {
      await mkdir(join(archive, 'notes'));
      for (const file of ['log/leaves.jsonl.bak', 'log/checkpoints/7.tmp', 'documents/readme', 'runs/file']) await writeFile(join(archive, file), '');
      await symlink('/', join(archive, 'runs/elsewhere'));
    }, ['documents/readme', 'log/checkpoints/7.tmp', 'log/leaves.jsonl.bak', 'notes', 'runs/elsewhere', 'runs/file'].map((place) => new RegExp(`^unknown_file ${place}: `))],
    ['a log entry removed from the middle', ({ log }) => editFile(join(log, 'leaves.jsonl'), (text) => text.split('\n').toSpliced(3, 1).join('\n')), [/^log log\/leaves\.jsonl: .*is numbered 4 where 3 belongs/]],
    ['a log entry rewritten', ({ log }) => editFile(join(log, 'leaves.jsonl'), (text) => text.replace('interrupted', 'nothing')), [/^log log\/checkpoint: .*history_rewritten/]],
    ['a log cut short', ({ log }) => editFile(join(log, 'leaves.jsonl'), (text) => `${text.split('\n').slice(0, 4).join('\n')}\n`), [/^log log\/checkpoint: .*history_truncated/, /^run_without_end runs\/aborted-run/]],
    ['a log cut short with its newest checkpoint set back', async ({ log }) => {
      await editFile(join(log, 'leaves.jsonl'), (text) => `${text.split('\n').slice(0, 5).join('\n')}\n`);
      await cp(join(log, 'checkpoints/5'), join(log, 'checkpoint'));
    }, [/^log log\/leaves\.jsonl: history_truncated: the log has 5 leaves; log\/checkpoints\/6/, /^log log\/leaves\.jsonl: history_truncated: the log has 5 leaves; log\/checkpoints\/7/]],
    ['one old checkpoint of another history', async ({ log, signer }) => {
      const events = (await readLog(log)).events;
      const old = await readFile(join(log, 'checkpoints/4'), 'utf8');
      await rewriteLog(log, signer, events.map((event) => (event.event === 'run.aborted' ? { ...event, reason: 'nothing' } : event.event === 'run.started' && event.run === 'aborted-run' ? { ...event, targets: ['x'] } : event)));
      await writeFile(join(log, 'checkpoints/4'), old);
    }, [/^log log\/leaves\.jsonl: history_rewritten: its first 4 leaves are not those of log\/checkpoints\/4/]],
  ])('finds %s, and nothing else', async (_, damage, expected) => {
    const small = await smallArchive();
    await damage(small);
    const lines = await found(small);
    for (const pattern of expected) expect(lines).toContainEqual(expect.stringMatching(pattern));
    expect(lines.filter((line) => !expected.some((pattern) => pattern.test(line)))).toEqual([]);
  });

  test('a log that was rewritten whole, cut short whole or forked shows only by a checkpoint held elsewhere', async () => {
    const small = await smallArchive();
    const kept = await readFile(join(small.log, 'checkpoint'), 'utf8');
    const { events } = await readLog(small.log);
    const honest = join(await temporaryFolder(), 'log');
    await cp(small.log, honest, { recursive: true });
    const forged: readonly [string, (log: string) => Promise<void>, RegExp][] = [
      ['rewritten', (log) => rewriteLog(log, small.signer, events.map((event) => (event.event === 'run.aborted' ? { ...event, reason: 'nothing' } : event))), /history_rewritten: its first 7 leaves are not those of the checkpoint that you kept/],
      ['truncated', (log) => rewriteLog(log, small.signer, events.slice(0, 6)), /history_truncated: the log has 6 leaves; the checkpoint that you kept has 7/],
      ['forked', async (log) => {
        await rewriteLog(log, small.signer, events.slice(0, 6));
        const last = events[6];
        if (last === undefined) throw new Error('no seventh event');
        const { sequence: _sequence, ...event } = last;
        await appendEvent(log, { ...event, at: '2026-01-01T00:00:00.000Z' } as typeof event, small.signer);
        await appendEvent(log, { event: 'run.aborted', at: event.at, run: 'aborted-run', reason: 'again' }, small.signer);
      }, /history_rewritten: its first 7 leaves/],
    ];
    for (const [name, forge, expected] of forged) {
      await rm(small.log, { recursive: true });
      await cp(honest, small.log, { recursive: true });
      await forge(small.log);
      const alone = await check(small);
      expect(alone.findings.filter(({ code }) => code === 'log'), name).toEqual([]);
      expect(alone.notes.join('\n'), name).toContain('no checkpoint of your own was given');
      expect((await found(small, kept)).filter((line) => line.startsWith('log ')), name).toEqual([expect.stringMatching(expected)]);
    }
  });

  test('what is at work is told and is no finding beside its missing end', async () => {
    const small = await smallArchive();
    const open = await beginRun(small.archive, small.signer, { run: 'open-run', tool: 'rollcall 0.1.0', occasion: 'ad hoc', targets: [] }, Date.now);
    const report = await check(small);
    expect(report.notes).toContainEqual('work/ holds 1 unfinished: open-run');
    expect(report.findings.map(({ code }) => code)).toEqual(['run_without_end']);
    await open.abort('interrupted');
    expect(await found(small)).toEqual([]);
    await rename(small.bundle, `${small.bundle}-moved`);
    expect((await found(small)).map((line) => line.split(' ')[0])).toEqual(['run_missing', 'run_not_logged']);
  });
});

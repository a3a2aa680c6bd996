// SPDX-License-Identifier: Apache-2.0
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appendEvent } from '../../src/evidence/append-log.ts';
import { sha256 } from '../../src/evidence/digest.ts';
import { readLog } from '../../src/evidence/read-log.ts';
import { instantOf } from '../../src/model/instant.ts';
import type { TimeOptions } from '../../src/verify/time.ts';
import { time } from '../../src/verify/time.ts';
import { issue } from '../support/authority.ts';
import { authorities } from '../support/authorities.ts';
import { sealedHoursAgo, stampCheckpoint } from '../support/anchored-bundle.ts';
import { forgeStamp } from '../support/forge-stamp.ts';
import { rewriteLog } from '../support/forge.ts';

type Small = Awaited<ReturnType<typeof sealedHoursAgo>>;
const here = authorities();

/** The verdict of a reader who trusts one CA, and all that it found as lines. */
async function judged(small: Small, options: TimeOptions = {}): Promise<readonly [string, string]> {
  const { result, findings } = await time(small.bundle, { logDir: small.logDir, tsaCas: [here().ca.pem], ...options });
  return [result, findings.map(({ file, message }) => `${file ?? ''}: ${message}`).join('\n')];
}

async function stampedNow(hoursAgo: number): Promise<Small> {
  const small = await sealedHoursAgo(hoursAgo);
  await stampCheckpoint(small, here().signer, { size: 3 });
  return small;
}

describe('a stamp soon after the seal, by an authority that the reader trusts', () => {
  test('lets the time pass, and says what is anchored and what is not', async () => {
    const [result, said] = await judged(await stampedNow(2));
    expect(result).toBe('pass');
    expect(said).toMatch(/^log\/anchors\/3\.tsr: CN=Stamps, O=Test, by a CA that you gave, stamped a checkpoint that covers this seal at \S+Z, 2 h after the seal$/m);
    expect(said).toMatch(/^: anchored: entries 0 to 2 of the log; unanchored, as far as this stamp goes: entries 3 to 3$/m);
    expect(said).not.toMatch(/^: unanchored/m);
  });

  test('does not without the reader\'s CA: it is named, with how to check it', async () => {
    const [result, said] = await judged(await stampedNow(2), { tsaCas: [] });
    expect(result).toBe('cannot_say');
    expect(said).toContain('openssl ts -verify -data log/checkpoints/3 -in log/anchors/3.tsr -CAfile CA.pem');
    expect(said).not.toContain('unanchored:');
  });

  test('does not by another CA than its own', async () => {
    const [result, said] = await judged(await stampedNow(2), { tsaCas: [here().other.pem] });
    expect([result, said]).toEqual(['cannot_say', expect.stringMatching(/1 time stamp of the log covers this seal by authorities that none of your CA certificates leads to/)]);
  });

  test('is found behind one by an authority that the reader does not know', async () => {
    const small = await sealedHoursAgo(2);
    await stampCheckpoint(small, here().stranger, { size: 3 });
    await stampCheckpoint(small, here().signer, { size: 4 });
    expect((await judged(small))[0]).toBe('pass');
  });

  test('stands among the documents too, where the file beside the log is gone', async () => {
    const small = await stampedNow(2);
    await rm(join(small.logDir, 'anchors'), { recursive: true });
    expect((await judged(small))[0]).toBe('pass');
  });

  test('does not make up for times that contradict each other', async () => {
    const small = await stampedNow(2);
    expect((await judged(small, { maxSkewMs: 0 }))[0]).toBe('pass');
    await appendEvent(small.logDir, { event: 'run.aborted', at: instantOf(0), run: small.run.run, reason: 'x' }, small.signer);
    expect(await judged(small)).toEqual(['fail', expect.stringMatching(/run\.aborted.*is earlier than entry 2/)]);
  });
});

describe('a late stamp', () => {
  test('is told by its own word and does not pass; how late it may be is the reader\'s to say', async () => {
    const small = await stampedNow(30);
    expect(await judged(small)).toEqual(['cannot_say', expect.stringMatching(/^log\/anchors\/3\.tsr: late_anchor: .* 30 h after the seal, where 24 h are allowed/)]);
    expect((await judged(small, { anchorWithinMs: 31 * 3_600_000 }))[0]).toBe('pass');
    expect((await judged(small, { anchorWithinMs: 29 * 3_600_000 }))[0]).toBe('cannot_say');
  });

  test('is what a rewritten log gets that is stamped anew', async () => {
    const small = await sealedHoursAgo(40);
    await stampCheckpoint(small, here().signer, { size: 3 });
    const { events } = await readLog(small.logDir);
    await rewriteLog(small.logDir, small.signer, events.slice(0, 3));
    await rm(join(small.archive, 'documents'), { recursive: true });
    await stampCheckpoint(small, here().signer, { size: 3 });
    expect(await judged(small)).toEqual(['cannot_say', expect.stringMatching(/late_anchor/)]);
  });

  test('is one too where the seal itself came long after the run', async () => {
    const small = await sealedHoursAgo(1, { ranHoursBefore: 60 });
    await stampCheckpoint(small, here().signer, { size: 3 });
    expect(await judged(small)).toEqual(['cannot_say', expect.stringMatching(/late_anchor: .*; the seal itself was made 60 h after the run had ended/)]);
  });
});

describe('a stamp that does not cover the seal', () => {
  test('bears no witness to it: unanchored, and over what the newest stamp is', async () => {
    const small = await sealedHoursAgo(1);
    await stampCheckpoint(small, here().signer, { size: 2 });
    const [result, said] = await judged(small);
    expect([result, said.split('\n').slice(0, 2)]).toEqual(['cannot_say', [': unanchored: no time stamp and no witness outside management\'s control', ': the newest time stamp of the log is over entries 0 to 1; this seal is entry 2']]);
  });

  test('of another bundle that claims to be the run', async () => {
    const [small, other] = [await stampedNow(1), await sealedHoursAgo(1)];
    expect(await judged({ ...small, bundle: other.bundle })).not.toEqual(['pass', expect.anything()]);
  });
});

describe('a stamp that contradicts', () => {
  test.each<readonly [string, () => Promise<Small>, RegExp]>([
    ['because it is of a time before what it covers', () => stampedNow(-2), /log\/anchors\/3\.tsr: is of .*, before what it covers: entry 2 \(run\.sealed\) says/],
    ['because the log says another time of it', async () => {
      const small = await sealedHoursAgo(1);
      await stampCheckpoint(small, here().signer, { size: 3 });
      const { events } = await readLog(small.logDir);
      await rewriteLog(small.logDir, small.signer, events.map((event) => (event.event === 'checkpoint.anchored' && event.anchor.kind === 'rfc3161' ? { ...event, anchor: { ...event.anchor, time: instantOf(Date.now() - 5_000_000) } } : event)));
      return small;
    }, /and the log says/],
    ['because it is over something else', async () => {
      const small = await sealedHoursAgo(1);
      await stampCheckpoint(small, here().signer, { size: 3, over: Buffer.from('another checkpoint') });
      return small;
    }, /log\/anchors\/3\.tsr: is over something else/],
    ['because its certificate is not for time stamping', async () => {
      const small = await sealedHoursAgo(1);
      const signer = await issue(here().ca, 'No purpose', { usage: null });
      await stampCheckpoint(small, here().signer, { size: 3, change: (answer) => forgeStamp(answer, signer) });
      return small;
    }, /log\/anchors\/3\.tsr: its signer's certificate is not for time stamping alone/],
    ['because it was changed before it was logged', async () => {
      const small = await sealedHoursAgo(1);
      await stampCheckpoint(small, here().signer, { size: 3, change: (answer) => Buffer.concat([answer.subarray(0, -1), Buffer.from([(answer.at(-1) ?? 0) ^ 1])]) });
      return small;
    }, /log\/anchors\/3\.tsr: its signature is not its certificate's/],
    ['because the checkpoint was changed', async () => {
      const small = await stampedNow(1);
      await appendFile(join(small.logDir, 'checkpoints/3'), '\n');
      return small;
    }, /log\/checkpoints\/3: is not the checkpoint of this log's first 3 entries that was stamped/],
    ['because it and its document were changed', async () => {
      const small = await stampedNow(1);
      const file = join(small.logDir, 'anchors/3.tsr');
      const answer = await readFile(file);
      await rm(join(small.archive, 'documents', sha256(answer)));
      await writeFile(file, Buffer.concat([answer, Buffer.from('x')]));
      return small;
    }, /log\/anchors\/3\.tsr: is not the answer of the authority that the log names as entry 3: it was changed/],
  ])('%s: the time fails, with the CA and without', async (_, make, expected) => {
    const small = await make();
    expect(await judged(small)).toEqual(['fail', expect.stringMatching(expected)]);
    expect((await judged(small, { tsaCas: [] }))[0]).toBe('fail');
  });

  test('is one thing, one that is gone another: it cannot be said', async () => {
    const small = await stampedNow(1);
    await rm(join(small.logDir, 'checkpoints/3'));
    expect(await judged(small)).toEqual(['cannot_say', expect.stringMatching(/^log\/checkpoints\/3: is missing, and the log tells as entry 3 of a time stamp/)]);
  });
});

describe('what others keep', () => {
  test('a checkpoint that was handed over is named with who said so, and is no stamp', async () => {
    const small = await sealedHoursAgo(1);
    await appendEvent(small.logDir, { event: 'checkpoint.anchored', at: instantOf(Date.now()), size: 3, checkpointSha256: sha256(await readFile(join(small.logDir, 'checkpoints/3'))), anchor: { kind: 'elsewhere', where: 'mailed to the auditor', by: { name: 'Ines Duarte', basis: 'typed only' } } }, small.signer);
    const [result, said] = await judged(small);
    expect([result, said]).toEqual(['cannot_say', expect.stringMatching(/^: unanchored: [\s\S]*the checkpoint over entries 0 to 2 was handed over, as Ines Duarte \(typed only\) said on .*: mailed to the auditor/)]);
  });

  test.each<readonly [string, string, RegExp]>([
    ['covers the seal', '3', /covers this seal \(entry 2 of 3\): the seal is no younger than the day on which you got that checkpoint/],
    ['is older than the seal', '2', /is over entries 0 to 1, and not over this seal/],
  ])('the reader\'s own checkpoint that %s shows as much', async (_, size, expected) => {
    const small = await sealedHoursAgo(1);
    expect(await judged(small, { checkpoint: await readFile(join(small.logDir, 'checkpoints', size), 'utf8') })).toEqual(['cannot_say', expect.stringMatching(expected)]);
  });

  test('one of another log shows nothing', async () => {
    const [small, other] = [await sealedHoursAgo(1), await sealedHoursAgo(1)];
    expect(await judged(small, { checkpoint: await readFile(join(other.logDir, 'checkpoint'), 'utf8') })).toEqual(['cannot_say', expect.stringMatching(/is not of this log as it stands/)]);
  });
});

// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyObject } from 'node:crypto';
import { parseJsonText } from '../../bundle/jsonl.ts';
import { BUNDLE } from '../../bundle/layout.ts';
import { actIsSigned } from '../../evidence/acts.ts';
import { sha256 } from '../../evidence/digest.ts';
import { envelopeSchema, publicKeyOf, verifyEnvelope } from '../../evidence/dsse.ts';
import { isRunEvent, type LogEvent } from '../../evidence/log-format.ts';
import { rootOf } from '../../evidence/merkle.ts';
import { readLog } from '../../evidence/read-log.ts';
import { statementSchema } from '../../evidence/statement.ts';
import { personSchema } from '../../model/person.ts';
import { PACK } from '../../period/pack/format.ts';
import { readPack } from '../../period/pack/render.ts';
import { judgeHistory } from '../log-history.ts';
import { verdict, type Finding, type VerifyVerdict } from '../report.ts';
import { readPackSeal } from './integrity.ts';

const DOES_NOT_SHOW = 'that whoever holds the key told the truth, that a typed name is that person, or that no other archive exists beside this one';

/** Whether a key that the reader trusts sealed this pack and each of its runs, whether the log in it is the one that the seal names, tells of the same seals, and continues the checkpoint that the reader kept. */
export async function packAuthenticity(folder: string, options: { readonly keys: readonly string[]; readonly checkpoint?: string }): Promise<VerifyVerdict> {
  const problems: Finding[] = [];
  const notes: Finding[] = [];
  const keys = options.keys.map(publicKeyOf);
  const seal = await readPackSeal(folder);
  if (keys.length > 0) {
    const signer = verifyEnvelope(seal.envelope, keys);
    if (signer === null) problems.push({ file: BUNDLE.seal, message: 'is not signed by any key that was given' });
    else notes.push({ message: `signed by key ${signer}` });
  }
  const { pack } = await readPack(folder);
  let events: readonly LogEvent[] = [];
  if (pack.kind === 'period') {
    const log = join(folder, PACK.log);
    const history = await judgeHistory(log, options.checkpoint, keys);
    problems.push(...history.problems.map((finding) => ({ ...finding, ...(finding.file === undefined ? {} : { file: `data/${finding.file}` }) })));
    notes.push(...history.notes);
    const read = await readLog(log);
    const { origin, size, root } = seal.statement.predicate.log;
    if (read.origin !== origin || read.leaves.length !== size || rootOf(read.leaves).toString('hex') !== root) problems.push({ file: `${PACK.log}/leaves.jsonl`, message: `is not the log that the seal names: ${origin}, ${size} entries, root ${root}` });
    events = read.events;
    judgeActs(events, keys, problems, notes);
  }
  for (const { run, tagManifestSha256 } of pack.runs) problems.push(...(await judgeRun(folder, run, tagManifestSha256, keys, events, pack.kind === 'addition')));
  if (problems.length > 0) return verdict('authenticity', 'fail', [...problems, ...notes], DOES_NOT_SHOW);
  if (keys.length === 0) return verdict('authenticity', 'cannot_say', [{ message: 'no key was given: name the signer\'s public key with --key, from a place that is not the pack\'s' }, ...notes], DOES_NOT_SHOW);
  return verdict('authenticity', 'pass', [...notes, { message: `${pack.runs.length} runs, each with its own seal${pack.kind === 'period' ? ', as the log tells' : ''}` }], DOES_NOT_SHOW);
}

async function judgeRun(folder: string, run: string, digest: string, keys: readonly KeyObject[], events: readonly LogEvent[], addition: boolean): Promise<readonly Finding[]> {
  const file = `${PACK.runs}/${run}/${BUNDLE.seal}`;
  let text: string;
  try {
    text = await readFile(join(folder, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return addition ? [] : [{ file, message: 'is missing' }];
  }
  const findings: Finding[] = [];
  const envelope = parseJsonText(text, envelopeSchema, file);
  const payload = Buffer.from(envelope.payload, 'base64');
  const statement = parseJsonText(payload.toString('utf8'), statementSchema, file);
  if (statement.subject[0].digest.sha256 !== digest || statement.predicate.run !== run) findings.push({ file, message: 'is the seal of something else' });
  if (keys.length > 0 && verifyEnvelope(envelope, keys) === null) findings.push({ file, message: 'is not signed by any key that was given' });
  if (addition) return findings;
  const first = events.filter(isRunEvent).find((event) => event.run === run && (event.event === 'run.sealed' || event.event === 'run.resealed'));
  if (first === undefined || (first.event !== 'run.sealed' && first.event !== 'run.resealed')) findings.push({ file: `${PACK.log}/leaves.jsonl`, message: `does not tell of a seal of run ${run}` });
  else if (first.tagManifestSha256 !== digest) findings.push({ file: `${PACK.log}/leaves.jsonl`, message: `tells of run ${run} that ${first.tagManifestSha256} was sealed first, and the pack has ${digest}` });
  else if (first.statementSha256 !== sha256(payload)) findings.push({ file, message: 'states something else than the log tells' });
  return findings;
}

/** Signatures that people put under their own acts. A typed name shows nothing, which is said once. */
function judgeActs(events: readonly LogEvent[], keys: readonly KeyObject[], problems: Finding[], notes: Finding[]): void {
  let typed = 0;
  let unknown = 0;
  for (const event of events) {
    for (const value of Object.values(event)) {
      const person = personSchema.safeParse(value);
      if (!person.success) continue;
      const signed = actIsSigned(event, person.data, keys);
      if (person.data.basis === 'typed only') typed += 1;
      else if (person.data.basis === 'key' && signed === null) unknown += 1;
      else if (signed === false) problems.push({ file: `${PACK.log}/leaves.jsonl`, message: `entry ${event.sequence} (${event.event}) names a signature of ${person.data.name} that is not over this act` });
    }
  }
  if (typed > 0) notes.push({ message: `${typed} acts have a name that was typed, and nothing that shows who typed it` });
  if (unknown > 0) notes.push({ message: `${unknown} acts are signed with keys that were not given` });
}

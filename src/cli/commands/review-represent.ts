// SPDX-License-Identifier: Apache-2.0
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { keepDocument } from '../../archive/documents.ts';
import { archivePaths } from '../../bundle/layout.ts';
import { appendEvent } from '../../evidence/append-log.ts';
import { sha256 } from '../../evidence/digest.ts';
import type { NewEvent } from '../../evidence/log-format.ts';
import { InputError } from '../../model/errors.ts';
import { instantOf } from '../../model/instant.ts';
import { canonicalJson } from '../../model/json.ts';
import { personName, type Person } from '../../model/person.ts';
import { representationSchema, type RepresentationDocument } from '../../period/review-format.ts';
import { MAX_REPRESENTED_BYTES, parseRepresented } from '../../period/represent.ts';
import { acting, type ActingOptions } from '../acting.ts';
import { EXIT, type ExitCode } from '../exit.ts';

/** `rollcall review represent`: keeps management's own list of what this tool cannot read. It joins the next review as representation, never as read. */
export async function reviewRepresent(options: ActingOptions & { readonly file: string }): Promise<ExitCode> {
  personName(options.by, '--by');
  const bytes = await bounded(options.file, MAX_REPRESENTED_BYTES);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InputError(options.file, 'is not UTF-8 text', 'save it as CSV UTF-8', { cause: error });
  }
  const document: RepresentationDocument = representationSchema.parse({ format: 'rollcall-representation/1', origin: basename(options.file), fileSha256: sha256(bytes), rows: parseRepresented(text, options.file) });
  const kept = Buffer.from(`${canonicalJson(document)}\n`);
  const { terminal, signer, person } = await acting(options);
  const act = (by: Person): NewEvent => ({ event: 'representation.recorded', at: instantOf(Date.now()), documentSha256: sha256(kept), count: document.rows.length, by });
  const by = await person(act);
  await keepDocument(options.archive, kept);
  const event = await appendEvent(archivePaths(options.archive).log, act(by), signer);
  if (options.json === true) terminal.json(event);
  else terminal.out(`Recorded as management representation: ${document.rows.length} credentials of other systems, SHA-256 ${sha256(kept)}. They join the next review that is started; nothing of them was read.`);
  return EXIT.ok;
}

/** A file of a person, no larger than it may be. Throws an InputError. */
export async function bounded(file: string, most: number): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > most) throw new InputError(file, `is larger than ${Math.floor(most / 1024 / 1024)} MB`, 'name the right file, or cut it in several');
    return await readFile(file);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(file, 'cannot be read', 'check the path and its permissions', { cause: error });
  }
}

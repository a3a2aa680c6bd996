// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { InputError } from '../../model/errors.ts';
import { instantOf } from '../../model/instant.ts';
import { personName } from '../../model/person.ts';
import { decisionSchema, MAX_ITEMS, MAX_REASON, type Decision, type ItemDecision, type ReviewRole, type ReviewSheet } from '../../period/review-format.ts';
import { acting, type ActingOptions } from '../acting.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { openReview, recordBatch } from '../review-archive.ts';

export interface DecideOptions extends ActingOptions { readonly id: string; readonly role: ReviewRole; readonly item?: string; readonly decision?: Decision; readonly reason?: string; readonly file?: string; readonly samePersonReason?: string }
/** The longest file of decisions, in bytes. */
const MAX_FILE = 64 * 1024 * 1024;

/** `rollcall review decide`: records one batch of decisions, all of it or nothing. */
export async function reviewDecide(options: DecideOptions): Promise<ExitCode> {
  const name = personName(options.by, '--by');
  const { sheet } = await openReview(options.archive, options.id, instantOf(Date.now()));
  const items = options.file === undefined ? fromFlags(options, sheet) : await fromFile(options.file, options);
  const { terminal, signer, person } = await acting(options);
  const { event } = await recordBatch(options.archive, { review: options.id, role: options.role, name, items, samePersonReason: options.samePersonReason ?? null, person }, signer, Date.now);
  if (options.json === true) terminal.json(event);
  else terminal.out(`Recorded ${items.length === 1 ? 'one decision' : `${items.length} decisions`} of ${name} as ${options.role} in review ${options.id}, at place ${event.sequence} of the log.`);
  return EXIT.ok;
}

function fromFlags({ item, decision, reason }: DecideOptions, sheet: ReviewSheet): readonly ItemDecision[] {
  if (item === undefined || decision === undefined || reason === undefined) throw new InputError('review decide', 'needs --item, --decision and --reason, or --file', 'rollcall review decide --help shows both');
  if (reason.trim().length > MAX_REASON) throw new InputError('--reason', `is longer than ${MAX_REASON} characters`, 'keep it short');
  if (!item.startsWith('group:')) return [{ key: item, decision, reason: reason.trim() }];
  const group = item.slice('group:'.length);
  const keys = sheet.items.filter((candidate) => candidate.group === group).map(({ key }) => key);
  if (keys.length === 0) throw new InputError('--item', `the review has no group ${group}`, sheet.groups.length === 0 ? 'it has no groups' : `its groups: ${sheet.groups.map(({ id }) => id).join(', ')}`);
  return keys.map((key) => ({ key, decision, reason: reason.trim() }));
}

async function fromFile(file: string, { item, decision, reason }: DecideOptions): Promise<readonly ItemDecision[]> {
  if (item !== undefined || decision !== undefined || reason !== undefined) throw new InputError('--file', 'cannot stand beside --item, --decision or --reason', 'use one way or the other');
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new InputError(file, 'cannot be read', 'name a file of decisions', { cause: error });
  }
  if (bytes.length > MAX_FILE) throw new InputError(file, `is larger than ${MAX_FILE / 1024 / 1024} MB`, 'cut it in several');
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new InputError(file, 'is not JSON', 'it holds a list: [{"key", "decision", "reason"}]', { cause: error });
  }
  const parsed = z.array(decisionSchema).min(1).max(MAX_ITEMS).safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InputError(`${file}: ${issue?.path.join('.') ?? ''}`, issue?.message ?? 'does not fit', 'it holds a list: [{"key", "decision", "reason"}]; nothing was recorded', { cause: parsed.error });
}

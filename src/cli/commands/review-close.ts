// SPDX-License-Identifier: Apache-2.0
import { archivePaths } from '../../bundle/layout.ts';
import { appendEvent } from '../../evidence/append-log.ts';
import type { NewEvent } from '../../evidence/log-format.ts';
import { InputError } from '../../model/errors.ts';
import { instantOf } from '../../model/instant.ts';
import { personName, type Person } from '../../model/person.ts';
import { reviewCounts } from '../../period/review.ts';
import { acting, type ActingOptions } from '../acting.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { openReview } from '../review-archive.ts';

/** `rollcall review close`: ends a review. Items without an approved decision stay so, and that shows. */
export async function reviewClose(options: ActingOptions & { readonly id: string; readonly note?: string }): Promise<ExitCode> {
  personName(options.by, '--by');
  if ((options.note?.length ?? 0) > 4000) throw new InputError('--note', 'is longer than 4000 characters', 'keep it short');
  const { state } = await openReview(options.archive, options.id, instantOf(Date.now()));
  const refuse = (): never => {
    throw new InputError('--id', `review ${options.id} is closed already`, '`rollcall review status` shows what it came to');
  };
  if (state.closed !== null) refuse();
  const { terminal, signer, person } = await acting(options);
  const act = (by: Person): NewEvent => ({ event: 'review.closed', at: instantOf(Date.now()), review: options.id, by, note: options.note ?? null });
  const by = await person(act);
  const event = await appendEvent(archivePaths(options.archive).log, (events) => (events.some((there) => there.event === 'review.closed' && there.review === options.id) ? refuse() : act(by)), signer);
  const after = await openReview(options.archive, options.id, instantOf(Date.now()));
  const counts = reviewCounts(after.state);
  if (options.json === true) terminal.json({ ...event, counts, undecidedAtClose: after.state.undecidedAtClose });
  else terminal.out(`Review ${options.id} is closed: ${counts.read.inForce.keep + counts.read.inForce.rotate + counts.read.inForce.revoke} of ${counts.read.items} items have an approved decision, ${after.state.undecidedAtClose?.length ?? 0} (of all that stood in it) had none.`);
  return EXIT.ok;
}

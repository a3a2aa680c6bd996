// SPDX-License-Identifier: Apache-2.0
import { InputError } from '../../model/errors.ts';
import { instantOf } from '../../model/instant.ts';
import { personName } from '../../model/person.ts';
import { reviewPage, reviewPageItems } from '../../period/review-page.ts';
import { logSigner, type ActingOptions } from '../acting.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { personFrom } from '../person.ts';
import { openReview, recordBatch } from '../review-archive.ts';
import { serveReview } from '../review-server.ts';
import { processTerminal } from '../terminal.ts';

/** `rollcall review serve`: the page on which a person decides, on this machine alone, until they end it. */
export async function reviewServe(options: Omit<ActingOptions, 'by' | 'approval' | 'personKey'> & { readonly id: string }): Promise<ExitCode> {
  if ((process.env['CI'] ?? '') !== '') throw new InputError('review serve', 'a page has no person before it in an automation', 'run it by hand');
  const terminal = processTerminal({ quiet: options.quiet === true });
  const opened = (): ReturnType<typeof openReview> => openReview(options.archive, options.id, instantOf(Date.now()));
  const { state } = await opened();
  if (state.closed !== null) throw new InputError('--id', `review ${options.id} was closed on ${state.closed.at.slice(0, 10)}`, '`rollcall review status` shows what it came to');
  const signer = await logSigner(terminal, options);
  const server = await serveReview({
    page: async () => reviewPage((await opened()).state),
    items: async () => {
      const { sheet, state: now } = await opened();
      return reviewPageItems(sheet, now);
    },
    save: async ({ role, name, samePersonReason, items }) => {
      const by = personName(name, 'name');
      const { event } = await recordBatch(options.archive, { review: options.id, role, name: by, items, samePersonReason, person: (act) => personFrom('name', { name: by }, options.archive, act) }, signer, Date.now);
      terminal.note(`${by} as ${role}: ${items.length} decisions, place ${event.sequence} of the log`);
      return { count: items.length, sequence: event.sequence };
    },
  });
  if (options.json === true) terminal.json({ review: options.id, url: server.url });
  else terminal.out(server.url);
  terminal.note('Open this address in a browser on this machine; it works once. Ctrl-C, or End in the page, ends it.');
  const interrupted = Promise.withResolvers<void>();
  const stop = (): void => interrupted.resolve();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  await Promise.race([server.ended, interrupted.promise]);
  process.off('SIGINT', stop).off('SIGTERM', stop);
  await server.close();
  return EXIT.ok;
}

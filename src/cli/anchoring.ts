// SPDX-License-Identifier: Apache-2.0
import { anchorNewest } from '../archive/anchors.ts';
import { AuthorityError, authorityUrl } from '../archive/time-stamp-authority.ts';
import type { Append } from '../evidence/log-step.ts';
import type { Signer } from '../evidence/signer.ts';
import { instantOf } from '../model/instant.ts';
import { printable } from '../model/printable.ts';
import type { Terminal } from './terminal.ts';

/** What became of a stamp: what was stamped, or why nothing was. */
export type AnchorOutcome =
  | { readonly anchored: true; readonly size: number; readonly sequence: number; readonly checkpointSha256: string; readonly authority: string; readonly time: string; readonly file: string }
  | { readonly anchored: false; readonly code: AuthorityError['code']; readonly reason: string };

/** Has the newest checkpoint of an archive stamped. An authority that gives no stamp is an outcome; anything else (a damaged log, a full disk) is thrown. */
export async function anchorWith(archive: string, url: URL, signer: Signer, timeoutMs?: number, append?: Append): Promise<AnchorOutcome> {
  try {
    const { event, file, authority, time } = await anchorNewest(archive, url, signer, () => instantOf(Date.now()), timeoutMs === undefined ? {} : { timeoutMs }, append);
    return { anchored: true, size: event.size, sequence: event.sequence, checkpointSha256: event.checkpointSha256, authority, time, file };
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error;
    return { anchored: false, code: error.code, reason: error.message };
  }
}

/** The stamp at the end of a scan, where one is configured; null where none is. Whatever stands in its way is told, and the scan is as good as it was: its bundle is sealed already. */
export async function anchorScan(terminal: Terminal, archive: string, anchor: { readonly url: string } | undefined, signer: Signer, append?: Append): Promise<AnchorOutcome | null> {
  if (anchor === undefined) return null;
  let outcome: AnchorOutcome;
  try {
    outcome = await anchorWith(archive, authorityUrl(anchor.url, 'anchor.url'), signer, undefined, append);
  } catch (error) {
    // A damaged log would have stopped the seal; what is left is the world, such as a disk that has filled since.
    outcome = { anchored: false, code: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
  }
  if (outcome.anchored) terminal.note(`Anchored: ${printable(outcome.authority)} stamped the log's first ${outcome.size} entries at ${outcome.time}.`);
  else terminal.error(`Unanchored: nothing outside bears witness to this run's time. ${printable(outcome.reason)}. Later: \`rollcall anchor --archive ${printable(archive)}\`.`);
  return outcome;
}

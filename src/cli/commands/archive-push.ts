// SPDX-License-Identifier: Apache-2.0
import { openForWriting, type Keeping } from '../../archive/open-bucket.ts';
import { pushArchive, type PushOutcome } from '../../archive/push.ts';
import { InputError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { printFindings } from '../archive-findings.ts';
import { processTerminal, type Terminal } from '../terminal.ts';
import { isFolder } from '../what-stands.ts';

export interface PushCommandOptions { readonly archive: string; readonly retainDays: number; readonly mode: 'governance' | 'compliance'; readonly withoutLock?: boolean; readonly quiet?: boolean; readonly json?: boolean }

/** `rollcall archive push`: exit 1 where the logs disagree or something is not as it was sealed. */
export async function push(url: string, options: PushCommandOptions): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  if (!(await isFolder(options.archive))) throw new InputError('--archive', `there is no folder ${options.archive}`, 'name the folder that holds runs and log');
  const keeping: Keeping = options.withoutLock === true ? 'without lock' : { mode: options.mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE', days: options.retainDays };
  const bucket = await openForWriting(url, keeping);
  try {
    const outcome = await pushArchive(options.archive, bucket, Date.now);
    const code = pushFailed(outcome) ? EXIT.finding : EXIT.ok;
    if (options.json === true) terminal.json({ ...outcome, exitCode: code });
    else printPush(terminal, outcome);
    return code;
  } finally {
    bucket.objects.close();
  }
}

/** Whether a push left anything that is not as it should be. */
export function pushFailed(outcome: PushOutcome): boolean {
  return outcome.refused !== null || outcome.findings.length > 0;
}

/** A push as a person reads it. */
export function printPush(terminal: Terminal, outcome: PushOutcome): void {
  const { log, runs, objects, keeping } = outcome;
  if (outcome.refused !== null) {
    terminal.error(`Nothing was sent: ${printable(outcome.refused)}.`);
    if (log.relation === 'forked') for (const [where, text] of [['here', log.here], ['there', log.there]] as const) terminal.error(`  ${where}: ${printable(text).slice(0, 500)}`);
    return;
  }
  terminal.out(`${outcome.bucket}: ${objects.written} objects written and read back, ${objects.there} there already; ${log.sent} of ${log.entries} log entries sent.`);
  terminal.out(`  runs: ${runs.sent.length} sent, ${runs.there.length} there already, ${runs.held.length} not sent`);
  terminal.out(keeping === 'without lock' ? '  WITHOUT LOCK: whoever may write to this bucket can replace or remove what was sent' : `  each new object is locked for ${keeping.days} days, mode ${keeping.mode}; bytes, lock and version were read back`);
  printFindings(terminal, outcome.findings, outcome.notes);
}

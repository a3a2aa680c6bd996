// SPDX-License-Identifier: Apache-2.0
import { fetchArchive } from '../../archive/fetch.ts';
import { openBucket } from '../../archive/open-bucket.ts';
import { printable } from '../../model/printable.ts';
import { printFindings } from '../archive-findings.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { processTerminal } from '../terminal.ts';

/** `rollcall archive fetch`: exit 1 where the logs disagree or something was not brought because it is not as it was sealed. */
export async function fetch(url: string, options: { readonly archive: string; readonly quiet?: boolean; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const objects = await openBucket(url);
  try {
    const outcome = await fetchArchive(objects, options.archive);
    const code = outcome.refused !== null || outcome.findings.length > 0 ? EXIT.finding : EXIT.ok;
    if (options.json === true) terminal.json({ ...outcome, exitCode: code });
    else if (outcome.refused !== null) terminal.error(`Nothing was fetched: ${printable(outcome.refused)}.`);
    else {
      const { runs, documents, log } = outcome;
      terminal.out(`${outcome.archive}: ${runs.fetched.length} runs fetched and verified, ${runs.there.length} there already, ${runs.held.length} not fetched; ${documents.fetched} documents; ${log.entries} log entries.`);
      if (log.relation === 'folder_ahead') terminal.out(`  the folder's log goes on after entry ${log.entry - 1}: rollcall archive push sends the rest`);
      printFindings(terminal, outcome.findings, []);
    }
    return code;
  } finally {
    objects.close();
  }
}

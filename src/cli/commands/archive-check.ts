// SPDX-License-Identifier: Apache-2.0
import { checkArchive } from '../../archive/check.ts';
import { publicKeyOf } from '../../evidence/dsse.ts';
import { judgeHistory } from '../../verify/log-history.ts';
import { printable } from '../../model/printable.ts';
import { printFindings } from '../archive-findings.ts';
import { openView } from '../archive-view.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { processTerminal } from '../terminal.ts';
import { readCheckpoint, readKey } from './verify.ts';

/** `rollcall archive check`: exit 1 for anything found. */
export async function check(options: { readonly archive: string; readonly key?: readonly string[]; readonly checkpoint?: string; readonly quiet?: boolean; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const keys = (await Promise.all((options.key ?? []).map(readKey))).map(publicKeyOf);
  const kept = options.checkpoint === undefined ? undefined : await readCheckpoint(options.checkpoint);
  const view = await openView(options.archive);
  try {
    const report = await checkArchive(view, await judgeHistory(view.logFolder, kept, keys));
    const code = report.findings.length === 0 ? EXIT.ok : EXIT.finding;
    if (options.json === true) terminal.json({ ...report, exitCode: code });
    else {
      const { counts } = report;
      terminal.out(`${printable(report.archive)}: ${counts.entries} log entries, ${counts.runs} runs, ${counts.documents} documents; ${report.findings.length === 0 ? 'nothing found' : `${report.findings.length} found`}.`);
      printFindings(terminal, report.findings, report.notes);
    }
    return code;
  } finally {
    await view.close();
  }
}

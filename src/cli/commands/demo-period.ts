// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { COMPANY } from '../../../fixtures/company/company.ts';
import { lastQuarter } from '../../../fixtures/company/quarter/plan.ts';
import { REQUESTS_CSV } from '../../../fixtures/company/quarter/requests.ts';
import { archivePaths } from '../../bundle/layout.ts';
import { InputError } from '../../model/errors.ts';
import { instantOf } from '../../model/instant.ts';
import { answerFile, readRequests } from '../../period/pack/requests.ts';
import { tablesOf } from '../../period/pack/render.ts';
import { periodSections } from '../../period/sections.ts';
import { NO_CONFIGURATION } from '../../scope/configuration.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { loadPeriod } from '../load-period.ts';
import { playQuarter } from '../play-quarter.ts';
import { chooseSigner } from '../signing.ts';
import { processTerminal } from '../terminal.ts';
import { isFile, isFolder } from '../what-stands.ts';
import { makePack } from './pack.ts';
import { printPeriod } from './period.ts';
import { printReport, runVerify } from './verify.ts';

/**
 * `rollcall demo --period`: a quarter of the fictional company, played as real scans of an account on loopback with what people did in between, then its period, its pack, and the pack
 * verified. Exit 0 when the pack verifies; that something is left to be explained is part of the story.
 */
export async function demoPeriod(options: { readonly archive: string; readonly quiet?: boolean; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  // Beside the archive, not in it: what is handed over is no part of what is kept.
  const out = `${options.archive.replace(/[\\/]+$/, '')}-pack`;
  if (await isFolder(archivePaths(options.archive).log)) throw new InputError('--archive', `${options.archive} holds an archive already`, 'a played quarter wants an archive of its own: name a folder that is not there yet');
  if ((await isFolder(out)) || (await isFile(`${out}.zip`))) throw new InputError('--archive', `${out} or ${out}.zip is there already`, 'remove them, or name another folder');
  const now = instantOf(Date.now());
  const { first, from, to } = lastQuarter(now);
  const { signer, publicKeyFile } = await chooseSigner(terminal, options.archive, NO_CONFIGURATION.signing, undefined);
  terminal.note(`A quarter of ${COMPANY}, a fictional company, from ${from} to ${to}: its runs, at the days on which they were, and what its people did in between. Nothing leaves this machine.`);
  await playQuarter(options.archive, first, signer, (line) => terminal.note(line));
  const found = await loadPeriod(options.archive, { from, to }, now);
  const tables = tablesOf(periodSections(found));
  const requests = readRequests('requests.csv', Buffer.from(REQUESTS_CSV), (answer) => answerFile(answer, found, tables) !== null);
  const made = await makePack(terminal, { archive: options.archive, out, organization: COMPANY, period: found, requests, preparedBy: null, signer, madeAt: now });
  const report = await runVerify(out, { ...(publicKeyFile === null ? {} : { key: [publicKeyFile] }), archive: options.archive, require: ['integrity', 'authenticity', 're-derivation'] });
  if (options.json === true) terminal.json({ archive: options.archive, pack: made, period: found, verify: report });
  else {
    printPeriod(terminal, found);
    terminal.out('');
    printReport(terminal, out, report);
    terminal.out('');
    terminal.out(terminal.bold(`Open the period: ${join(out, 'data/index.html')}, and its cover: ${join(out, 'data/cover.pdf')}`));
    terminal.out(`Next: \`rollcall period --archive ${options.archive} --from ${from} --to ${to}\`, \`rollcall verify ${out}\`.`);
  }
  const required = report.verdicts.filter(({ name }) => report.required.includes(name));
  return required.every(({ result }) => result === 'pass') ? EXIT.ok : EXIT.finding;
}

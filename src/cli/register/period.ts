// SPDX-License-Identifier: Apache-2.0
import { archive, filled, json, quiet, signingKey, type Register } from '../options.ts';

/** `rollcall period` and `rollcall pack`: what holds over time, and what is handed over. */
export const registerPeriod: Register = (program, choose) => {
  program.command('period').description('what the archive shows of a period: runs expected and made, gaps, changes, deviations, reviews')
    .requiredOption('--from <day>', 'first day, in UTC', filled).requiredOption('--to <day>', 'last day, in UTC', filled).addOption(archive())
    .option('--as-of <moment>', 'look at nothing that was logged later (default: now)', filled).option('--out <folder>', 'write page, workbook, CSV tables and period.json there', filled).addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExit code 1 where something that a control bears on is still to be explained.\n\nExamples:\n  $ rollcall period --from 2026-07-01 --to 2026-09-30\n  $ rollcall period --from 2026-07-01 --to 2026-09-30 --out quarter')
    .action((options) => choose(async () => (await import('../commands/period.ts')).period(options)));

  // What stands after `add` is of `add`, also where both take an option of that name.
  const pack = program.command('pack').enablePositionalOptions().description('what is handed over for a period: cover, page, workbook, populations, log and the digests of every run, sealed')
    .option('--from <day>', 'first day, in UTC', filled).option('--to <day>', 'last day, in UTC', filled).option('--out <folder>', 'folder to make; a zip file of the same name stands beside it', filled)
    .option('--organization <name>', 'whose evidence it is', filled).option('--requests <file>', "CSV with the auditor's request ids and wording, and what answers each", filled)
    .option('--by <name>', 'person who prepared it').option('--approval <file>', 'what shows that it was they', filled).option('--person-key <file>', 'their own key', filled).option('--as-of <moment>', 'look at nothing that was logged later (default: now)', filled)
    .addOption(archive()).addOption(signingKey()).addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExamples:\n  $ rollcall pack --from 2026-07-01 --to 2026-09-30 --organization "Northwind Harbor" --out pack-2026-q3\n  $ rollcall pack add pack-2026-q3 --rows RUN/credentials:17 --out pack-2026-q3-rows\n  $ rollcall verify pack-2026-q3 --key signing-key.pub.pem')
    .action((options) => choose(async () => (await import('../commands/pack.ts')).pack(options)));
  pack.command('add').description('runs or rows that an auditor names, provable against a pack that was handed over').argument('<pack>', 'folder of the pack', filled)
    .requiredOption('--out <folder>', 'folder to make', filled).option('--runs <runs...>', 'runs to add whole').option('--rows <rows...>', 'rows, such as RUN/credentials:17: the pages that they were read from')
    .addOption(archive()).addOption(signingKey()).addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExample:\n  $ rollcall pack add pack-2026-q3 --runs 01990000-0000-7000-8000-000000000000 --out pack-2026-q3-runs')
    .action((of: string, options) => choose(async () => (await import('../commands/pack.ts')).packAdd(of, options)));
};

// SPDX-License-Identifier: Apache-2.0
import type { Command } from 'commander';
import { archive, filled, json, type Register } from '../options.ts';
import { actingFlags } from './schedule.ts';

const words = (command: Command): Command => command
  .option('--cause <words>', 'why it did not operate', filled).option('--extent <words>', 'what it touches', filled).option('--recurrence <kind>', 'isolated or recurring', filled).option('--compensating-control <words>', 'what operated in its place', filled)
  .option('--response <words>', 'what management does about it', filled).option('--owner <name>', 'who answers for that', filled).option('--due <day>', 'until when', filled);

/** `rollcall deviations` and `rollcall improvements`: where a control did not operate, and what was drawn from it. */
export const registerDeviations: Register = (program, choose) => {
  const deviations = program.command('deviations').description('where a control did not operate: dates, cause, extent, response, proof of repair').addHelpText('after', `
A deviation stays in its period: neither its repair nor a later acceptance takes it out. What is said later is added, nothing is edited.

Examples:
  $ rollcall deviations list --unexplained --from 2026-07-01 --to 2026-09-30
  $ rollcall deviations record --id DEV-7 --control NHI-02 --run RUN --check aws-access-key-age --cause "the reminder went nowhere" --by "Tom Achterberg"
  $ rollcall deviations repair --id DEV-7 --proven-by RUN --repaired 2026-08-06 --by "Tom Achterberg"`);
  words(actingFlags(deviations.command('record').description('a deviation: results of a check, missed slots, or what a review decided and nobody did')))
    .requiredOption('--id <id>', 'its id', filled).requiredOption('--control <id>', 'the control that did not operate', filled)
    .option('--check <check>', 'a check of it that was not met', filled).option('--subject <key...>', 'subjects (default: all that did not meet it in the run)').option('--run <run>', 'the run that showed it: its id or folder (default: the newest)', filled)
    .option('--schedule <id>', 'or a schedule', filled).option('--slot <moment...>', 'with the slots that were missed').option('--review <id>', 'or a review', filled).option('--item <key...>', 'with the items whose decision was not carried out')
    .option('--began-from <moment>', 'it did not begin before this', filled).option('--began-to <moment>', 'it had begun by this (default: when the run saw it)', filled).option('--detected <moment>', 'when it was found (default: now)', filled)
    .addHelpText('after', '\nExample:\n  $ rollcall deviations record --id DEV-8 --control NHI-01 --schedule weekly --slot 2026-08-17T05:00:00Z --cause "host replaced" --extent "one run" --recurrence isolated --response "two hosts" --owner "Tom Achterberg" --by "Tom Achterberg"')
    .action((options) => choose(async () => (await import('../commands/deviations.ts')).deviationsRecord(options)));
  words(actingFlags(deviations.command('explain').description('adds what management says of it'))).requiredOption('--id <id>', 'its id', filled)
    .addHelpText('after', '\nExample:\n  $ rollcall deviations explain --id DEV-7 --response "key replaced" --owner "Tom Achterberg" --by "Tom Achterberg"').action((options) => choose(async () => (await import('../commands/deviations.ts')).deviationsExplain(options)));
  actingFlags(deviations.command('approve').description('a second person stands behind what was said')).requiredOption('--id <id>', 'its id', filled).option('--same-person-reason <words>', 'why whoever recorded it approves it', filled)
    .addHelpText('after', '\nExample:\n  $ rollcall deviations approve --id DEV-7 --by "Ines Duarte"').action((options) => choose(async () => (await import('../commands/deviations.ts')).deviationsApprove(options)));
  actingFlags(deviations.command('repair').description('says when it was mended and which run shows it')).requiredOption('--id <id>', 'its id', filled).requiredOption('--proven-by <run>', 'id of a sealed run', filled).requiredOption('--repaired <moment>', 'when it was mended', filled)
    .addHelpText('after', '\nExample:\n  $ rollcall deviations repair --id DEV-7 --proven-by RUN --repaired 2026-08-06T14:00:00Z --by "Tom Achterberg"').action((options) => choose(async () => (await import('../commands/deviations.ts')).deviationsRepair(options)));
  deviations.command('list').description('all deviations; or what is still to be explained in a period').option('--unexplained', 'what no deviation explains yet').option('--from <day>', 'first day of the period', filled).option('--to <day>', 'last day of the period', filled).addOption(archive()).addOption(json())
    .addHelpText('after', '\nExit code 1 with --unexplained where something is open.\n\nExample:\n  $ rollcall deviations list').action((options) => choose(async () => (await import('../commands/deviations.ts')).deviationsList(options)));

  const improvements = program.command('improvements').description('what management drew from deviations, reviews and indicators').addHelpText('after', '\nExamples:\n  $ rollcall improvements record --id IMP-3 --text "a missed run pages whoever is on call" --from DEV-8 --owner "Tom Achterberg" --by "Ines Duarte"\n  $ rollcall improvements list');
  actingFlags(improvements.command('record').description('an improvement')).requiredOption('--id <id>', 'its id', filled).requiredOption('--text <words>', 'what it is', filled).requiredOption('--from <reference>', 'what it was drawn from, such as DEV-8', filled).requiredOption('--owner <name>', 'who answers for it', filled).option('--due <day>', 'until when', filled)
    .addHelpText('after', '\nExample:\n  $ rollcall improvements record --id IMP-3 --text "page whoever is on call" --from DEV-8 --owner "Tom Achterberg" --by "Ines Duarte"').action((options) => choose(async () => (await import('../commands/improvements.ts')).improvementsRecord(options)));
  actingFlags(improvements.command('done').description('it was done')).requiredOption('--id <id>', 'its id', filled).requiredOption('--text <words>', 'how', filled)
    .addHelpText('after', '\nExample:\n  $ rollcall improvements done --id IMP-3 --text "tried out in September" --by "Tom Achterberg"').action((options) => choose(async () => (await import('../commands/improvements.ts')).improvementsDone(options)));
  improvements.command('list').description('all of them').addOption(archive()).addOption(json()).addHelpText('after', '\nExample:\n  $ rollcall improvements list').action((options) => choose(async () => (await import('../commands/improvements.ts')).improvementsList(options)));
};

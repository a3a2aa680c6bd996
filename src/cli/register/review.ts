// SPDX-License-Identifier: Apache-2.0
import { Option, type Command } from 'commander';
import { DECISIONS, REVIEWED, ROLES } from '../../period/review-words.ts';
import { archive, config, filled, json, quiet, signingKey, type Register } from '../options.ts';

const person = (command: Command): Command => command
  .requiredOption('--by <name>', 'name of the person who acts', filled)
  .option('--approval <file>', 'what shows that it was they: an exported ticket or pull request, kept by its digest', filled)
  .option('--person-key <file>', 'their own Ed25519 key (PEM), which signs the act', filled);
const acting = (command: Command): Command => person(command).addOption(archive()).addOption(config()).addOption(signingKey()).addOption(json()).addOption(quiet());
const id = (): Option => new Option('--id <review>', 'id of the review, such as 2026-Q3').argParser(filled).makeOptionMandatory();
const role = (): Option => new Option('--role <role>', 'owner confirms need; approver approves').choices(ROLES).makeOptionMandatory();
const same = (): Option => new Option('--same-person-reason <words>', 'why one person is owner and approver').argParser(filled);

/** `rollcall review`: people decide keep, rotate or revoke over a frozen population; the log holds who did and on what basis. */
export const registerReview: Register = (program, choose) => {
  const review = program.command('review').description('people decide over a frozen population: keep, rotate, revoke').addHelpText('after', `
The owner confirms need, a second person approves. Nothing that was decided is edited or removed; a new decision is one more.

Examples:
  $ rollcall review start --id 2026-Q3 --population credentials --closes 2026-10-15 --by "Ines Duarte" --authority "access review policy 4.2"
  $ rollcall review serve --id 2026-Q3
  $ rollcall review status --id 2026-Q3`);

  acting(review.command('start').description('freezes the population of a sealed run and opens a review of it').addOption(id()))
    .addOption(new Option('--population <name>', 'what is reviewed').choices(REVIEWED).makeOptionMandatory())
    .option('--run <bundle>', 'folder of the run (default: the newest in the archive)', filled).requiredOption('--closes <day>', 'last day of the review, in UTC', filled)
    .requiredOption('--authority <words>', 'by what authority it is held, such as a policy and its number', filled).option('--control <id>', 'the control of management that states it', filled)
    .addHelpText('after', '\nExample:\n  $ rollcall review start --id 2026-Q3 --population non-human-identities --closes 2026-10-15 --by "Ines Duarte" --authority "policy 4.2"')
    .action((options) => choose(async () => (await import('../commands/review-start.ts')).reviewStart(options)));

  acting(review.command('decide').description('records decisions: one item, or a file of them').addOption(id()).addOption(role()))
    .option('--item <key>', 'key of the item, or group:ID for a whole group', filled).addOption(new Option('--decision <decision>', 'what is decided').choices(DECISIONS)).option('--reason <words>', 'why', filled)
    .option('--file <file>', 'decisions as JSON: [{"key", "decision", "reason"}]', filled).addOption(same())
    .addHelpText('after', '\nExample:\n  $ rollcall review decide --id 2026-Q3 --role owner --item aws:111122223333/AKIAEXAMPLE --decision revoke --reason "not used since the move" --by "Ines Duarte"')
    .action((options) => choose(async () => (await import('../commands/review-decide.ts')).reviewDecide(options)));

  review.command('serve').description('a page on this machine on which a person decides').addOption(id()).addOption(archive()).addOption(config()).addOption(signingKey()).addOption(json()).addOption(quiet())
    .addHelpText('after', '\nThe page is on 127.0.0.1 alone and needs no network. Its address works once.\n\nExample:\n  $ rollcall review serve --id 2026-Q3')
    .action((options) => choose(async () => (await import('../commands/review-serve.ts')).reviewServe(options)));
  review.command('workbook').description('a workbook to fill in and send back').addOption(id()).requiredOption('--out <file>', 'the .xlsx file to write', filled).option('--owner <name>', 'only the rows of this recorded owner', filled).addOption(archive()).addOption(json())
    .addHelpText('after', '\nExample:\n  $ rollcall review workbook --id 2026-Q3 --owner "Bo Lind" --out bo-lind.xlsx')
    .action((options) => choose(async () => (await import('../commands/review-workbook.ts')).reviewWorkbook(options)));
  acting(review.command('import <file>').description('records what a workbook that came back decides, all or nothing').addOption(id()).addOption(role())).addOption(same())
    .addHelpText('after', '\nExample:\n  $ rollcall review import bo-lind.xlsx --id 2026-Q3 --role owner --by "Bo Lind" --approval mail.eml')
    .action((file, options) => choose(async () => (await import('../commands/review-workbook.ts')).reviewImport(file, options)));
  acting(review.command('represent').description("keeps management's own list of credentials that cannot be read").requiredOption('--file <csv>', 'columns system, credential, owner, purpose, created, last_rotated, last_used, note', filled))
    .addHelpText('after', '\nExample:\n  $ rollcall review represent --file other-systems.csv --by "Ines Duarte"')
    .action((options) => choose(async () => (await import('../commands/review-represent.ts')).reviewRepresent(options)));
  review.command('status').description('how every item stands, and what later runs show of what was decided').addOption(id()).option('--item <key>', 'everything about one item', filled).addOption(archive()).addOption(json())
    .addHelpText('after', '\nExit code 1 where a review is over and items have no approved decision, or an approved revoke or rotate was not done.\n\nExample:\n  $ rollcall review status --id 2026-Q3 --json')
    .action((options) => choose(async () => (await import('../commands/review-status.ts')).reviewStatus(options)));
  review.command('list').description('all reviews of the archive').addOption(archive()).addOption(json()).addHelpText('after', '\nExample:\n  $ rollcall review list')
    .action((options) => choose(async () => (await import('../commands/review-status.ts')).reviewList(options)));
  acting(review.command('close').description('ends a review; what is undecided then stays undecided').addOption(id())).option('--note <words>', 'what is to be said of it', filled)
    .addHelpText('after', '\nExample:\n  $ rollcall review close --id 2026-Q3 --by "Ines Duarte"')
    .action((options) => choose(async () => (await import('../commands/review-close.ts')).reviewClose(options)));
};

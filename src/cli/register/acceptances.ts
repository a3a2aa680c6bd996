// SPDX-License-Identifier: Apache-2.0
import { archive, config, filled, json, quiet, type Register } from '../options.ts';
import { actingFlags, approverFlags } from './schedule.ts';

/** `rollcall acceptances` and `rollcall lint`: risks that somebody asked to bear and somebody approved. */
export const registerAcceptances: Register = (program, choose) => {
  const acceptances = program.command('acceptances').description('risks that were accepted, with who asked, who approved and until when').addHelpText('after', `
Nothing edits or removes an acceptance: it ends by its last day or by being withdrawn. It never changes a result; it stands beside it.

Examples:
  $ rollcall acceptances record --id ACC-7 --check aws-access-key-age --unit aws:111122223333 --subject aws:111122223333/AKIAEXAMPLE --reason "until the vendor's release" --expires 2026-10-31 --by "Dana Whitfield" --approved-by "Ines Duarte"
  $ rollcall acceptances list
  $ rollcall acceptances lint`);
  approverFlags(actingFlags(acceptances.command('record').description('a risk that --by asks to bear and --approved-by approves')))
    .option('--id <id>', 'its id, such as a number of the risk register', filled).option('--check <pattern...>', 'checks that it is over (* and ? as in file names)').option('--unit <pattern...>', 'units').option('--subject <pattern...>', 'keys of identities, credentials or trusts')
    .option('--reason <words>', 'why', filled).option('--ticket <reference>', 'where it was decided', filled).option('--from <moment>', 'from when it holds (default: now; earlier is shown as retroactive)', filled).option('--expires <day>', 'its last day, 366 days ahead at most', filled)
    .option('--same-person-reason <words>', 'why one person asks and approves', filled).option('--file <file>', 'many at once from YAML: [{id, checks, units, subjects, reason, ticket, from, expires}]; all of them or none', filled)
    .addHelpText('after', '\nExample:\n  $ rollcall acceptances record --file acceptances.yaml --by "Dana Whitfield" --approved-by "Ines Duarte" --approved-by-approval RISK-118.pdf')
    .action((options) => choose(async () => (await import('../commands/acceptances.ts')).acceptancesRecord(options)));
  actingFlags(acceptances.command('withdraw').description('an acceptance holds no more')).requiredOption('--id <id>', 'its id', filled).requiredOption('--reason <words>', 'why', filled).option('--from <moment>', 'from when (default: now)', filled)
    .addHelpText('after', '\nExample:\n  $ rollcall acceptances withdraw --id ACC-7 --reason "the key is gone" --by "Dana Whitfield"')
    .action((options) => choose(async () => (await import('../commands/acceptances.ts')).acceptancesWithdraw(options)));
  acceptances.command('list').description('every acceptance and how it stands').addOption(archive()).addOption(json()).addHelpText('after', '\nExample:\n  $ rollcall acceptances list --json')
    .action((options) => choose(async () => (await import('../commands/acceptances.ts')).acceptancesList(options)));
  acceptances.command('lint').description('acceptances that expired, match nothing or cover too much').option('--run <bundle>', 'folder of the run to hold them against (default: the newest)', filled).addOption(archive()).addOption(json())
    .addHelpText('after', '\nExit code 1 where something is found.\n\nExample:\n  $ rollcall acceptances lint').action((options) => choose(async () => (await import('../commands/lint.ts')).lint({ ...options, only: 'acceptances' })));
  program.command('lint').description('what people wrote that has expired, matches nothing or covers too much: acceptances, expected gaps, exclusions, owners').option('--run <bundle>', 'folder of the run to hold it against (default: the newest)', filled)
    .addOption(config()).addOption(archive()).addOption(quiet()).addOption(json()).addHelpText('after', '\nExit code 1 where something is found.\n\nExample:\n  $ rollcall lint -c rollcall.yaml')
    .action((options) => choose(async () => (await import('../commands/lint.ts')).lint({ ...options, only: null })));
};

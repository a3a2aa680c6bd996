// SPDX-License-Identifier: Apache-2.0
import { Argument } from 'commander';
import { archive, filled, json, quiet, type Register } from '../options.ts';

/** `rollcall history` and `rollcall population`. */
export const registerHistory: Register = (program, choose) => {
  program.command('history').description('the life of an identity or credential over all runs: seen, disabled, gone on what proof')
    .argument('<id>', "an identity's or credential's id, name, address or key", filled).addOption(archive()).addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExample:\n  $ rollcall history AKIAIOSFODNN7EXAMPLE')
    .action((id: string, options) => choose(async () => (await import('../commands/history.ts')).history(id, options)));
  program.command('population').description('what stood in a population on any day, by the newest run at or before it').addArgument(new Argument('<population>', 'which one').choices(['credentials', 'non-human-identities']))
    .requiredOption('--on <moment>', 'a day (its end counts) or a time', filled).option('--csv', 'as CSV on standard output').addOption(archive()).addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExit code 3 where a unit was not read or a list did not close, so that the population is not whole.\n\nExamples:\n  $ rollcall population credentials --on 2026-08-15\n  $ rollcall population non-human-identities --on 2026-08-15 --csv > population.csv')
    .action((name: 'credentials' | 'non-human-identities', options) => choose(async () => (await import('../commands/population.ts')).population(name, options)));
};

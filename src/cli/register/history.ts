// SPDX-License-Identifier: Apache-2.0
import { archive, filled, json, quiet, type Register } from '../options.ts';

/** `rollcall history`. */
export const registerHistory: Register = (program, choose) => {
  program.command('history').description('the life of an identity or credential over all runs: seen, disabled, gone on what proof')
    .argument('<id>', "an identity's or credential's id, name, address or key", filled).addOption(archive()).addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExample:\n  $ rollcall history AKIAIOSFODNN7EXAMPLE')
    .action((id: string, options) => choose(async () => (await import('../commands/history.ts')).history(id, options)));
};

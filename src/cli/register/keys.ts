// SPDX-License-Identifier: Apache-2.0
import type { Command } from 'commander';
import { archive, config, filled, json, quiet, signingKey, type Register } from '../options.ts';

/** Options of an act in the register: whose, and with which key the log signs. */
function act(command: Command): Command {
  return command.requiredOption('--by <name>', 'the person who decides it', filled).option('--approval <file>', 'what shows that it was they, such as the export of a ticket', filled).option('--person-key <file>', 'or their own Ed25519 key, which signs the act', filled)
    .addOption(archive()).addOption(config()).addOption(signingKey()).addOption(quiet()).addOption(json());
}

export const keys: Register = (program, choose) => {
  const group = program.command('keys').description('the register of keys that sign: added, retired, and by whom')
    .addHelpText('after', '\nExamples:\n  $ rollcall keys list\n  $ rollcall keys add --custody "key vault of the security team" --by "Ines Duarte"');
  act(group.command('add').description('enter a key: from now on management says that it signs'))
    .option('--public-key <file>', "public key (PEM); default: the log's own signing key", filled).requiredOption('--custody <words>', 'where its private half is kept, and who can use it', filled)
    .addHelpText('after', '\nExample:\n  $ rollcall keys add --public-key signing-key.pub.pem --custody "key vault of the security team" --by "Ines Duarte"')
    .action((options) => choose(async () => (await import('../commands/keys.ts')).addKey(options)));
  act(group.command('retire').description('end a key: what it signs from now on is not in its name').argument('<key>', 'id of the key, or its first eight characters and more', filled))
    .requiredOption('--reason <words>', 'why', filled)
    .addHelpText('after', '\nExample:\n  $ rollcall keys retire 3f9a12bc --reason "the machine was sold" --by "Ines Duarte"')
    .action((key: string, options) => choose(async () => (await import('../commands/keys.ts')).retireKey(key, options)));
  group.command('list').description('the register, and keys that sealed without being in it').addOption(archive()).addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExample:\n  $ rollcall keys list')
    .action((options) => choose(async () => (await import('../commands/keys.ts')).listKeys(options)));
};

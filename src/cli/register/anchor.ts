// SPDX-License-Identifier: Apache-2.0
import { Option } from 'commander';
import { archive, config, filled, json, quiet, signingKey, wholeNumber, type Register } from '../options.ts';

export const anchor: Register = (program, choose) => {
  const command = program.command('anchor').description("have something outside management's control bear witness to the log")
    .addOption(new Option('--tsa <url>', 'time stamp authority (RFC 3161) to ask; default: `anchor.url` of the configuration').argParser(filled))
    .option('--digest', 'print the newest checkpoint and its SHA-256, to mail or commit').option('--list', 'which entries of the log are anchored, and which are not')
    .addOption(new Option('--kept-at <words>', 'log that a checkpoint was handed over: to whom, or where').argParser(filled)).option('--size <entries>', 'the checkpoint over so many entries that was handed over (default: the newest)', wholeNumber)
    .option('--by <name>', 'who handed it over', filled).option('--approval <file>', 'what shows that it was they, such as the exported mail', filled).option('--person-key <file>', 'or their own Ed25519 key, which signs the act', filled)
    .option('--timeout <seconds>', 'how long to wait for the authority (default: 30)', wholeNumber)
    .addOption(archive()).addOption(config()).addOption(signingKey()).addOption(quiet()).addOption(json())
    .addHelpText('after', `
Exit codes: 0 done; 1 the authority's answer is wrong; 2 usage; 3 there is no stamp (no answer, or a refusal).

Examples:
  $ rollcall anchor --tsa https://tsa.example.com/tsr
  $ rollcall anchor --digest
  $ rollcall anchor --kept-at "mailed to the auditor, message of 3 July" --by "Ines Duarte" --approval mail.eml
  $ rollcall anchor --list`);
  command.action((options) => choose(async () => (await import('../commands/anchor.ts')).anchor(options)));
};

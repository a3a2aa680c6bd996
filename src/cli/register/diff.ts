// SPDX-License-Identifier: Apache-2.0
import { Option } from 'commander';
import { archive, filled, json, quiet, type Register } from '../options.ts';

/** `rollcall diff`. */
export const registerDiff: Register = (program, choose) => {
  program.command('diff').description('from one run to a later one: created, rotated, disabled, revoked, and what cannot be compared')
    .argument('[a]', 'the earlier run: folder, id, beginning of the id, `previous` or `newest`', filled, 'previous').argument('[b]', 'the later run', filled, 'newest')
    .addOption(archive()).addOption(new Option('--fail-on-new <severity>', 'exit 1 on a check not met at or above it that A did not have; 3 where that cannot be said').choices(['low', 'medium', 'high', 'critical']))
    .addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExamples:\n  $ rollcall diff\n  $ rollcall diff previous newest --fail-on-new high\n  $ rollcall diff evidence/runs/A evidence/runs/B --json')
    .action((a: string, b: string, options) => choose(async () => (await import('../commands/diff.ts')).diff(a, b, options)));
};

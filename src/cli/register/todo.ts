// SPDX-License-Identifier: Apache-2.0
import { archive, filled, json, quiet, type Register } from '../options.ts';

/** `rollcall todo`: what to do next. */
export const registerTodo: Register = (program, choose) => {
  program.command('todo').description('what to do next: one sheet an owner, at most five actions, the one that settles most first')
    .option('--run <bundle>', 'folder of the run (default: the newest in the archive)', filled).addOption(archive()).option('--owner <name>', 'the sheet of one owner', filled)
    .option('--out <folder>', 'one Markdown file an owner', filled).addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExample:\n  $ rollcall todo --owner "Bo Lind"\n  $ rollcall todo --out sheets')
    .action((options) => choose(async () => (await import('../commands/todo.ts')).todo(options)));
};

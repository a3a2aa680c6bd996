// SPDX-License-Identifier: Apache-2.0
import type { Command } from 'commander';
import { archive, config, filled, json, quiet, signingKey, type Register } from '../options.ts';

/** Flags by which people act: who, and what shows that it was they; and who approved. */
export const actingFlags = (command: Command): Command => command
  .requiredOption('--by <name>', 'name of the person who acts', filled)
  .option('--approval <file>', 'what shows that it was they: an exported ticket or pull request, kept by its digest', filled).option('--person-key <file>', 'or their own Ed25519 key (PEM), which signs the act', filled)
  .addOption(archive()).addOption(config()).addOption(signingKey()).addOption(json()).addOption(quiet());
/** The same for the person who approves. */
export const approverFlags = (command: Command): Command => command
  .option('--approved-by <name>', 'name of the person who approved', filled).option('--approved-by-approval <file>', 'what shows that it was they', filled).option('--approved-by-key <file>', 'or their own Ed25519 key (PEM)', filled);

/** `rollcall schedule`: management's own word on when runs are due, logged before it applies. */
export const registerSchedule: Register = (program, choose) => {
  const schedule = program.command('schedule').description('when runs are due, as management declares it').addHelpText('after', `
A slot that was declared after its time says so and is never done or missed.

Examples:
  $ rollcall schedule declare --id weekly --every 1w --first 2026-07-06T05:00:00Z --grace-hours 12 --reason "policy 4.1" --by "Tom Achterberg" --approved-by "Ines Duarte"
  $ rollcall schedule list`);
  approverFlags(actingFlags(schedule.command('declare').description('a schedule, from a moment on; a later one of the same id takes its place')))
    .requiredOption('--id <id>', 'its name, such as weekly', filled).requiredOption('--every <interval>', 'such as 12h, 1d, 1w or 1m (hours, days, weeks, months of the calendar in UTC)', filled)
    .requiredOption('--first <moment>', 'its first slot', filled).requiredOption('--grace-hours <hours>', 'how long after a slot a run is on time', filled).requiredOption('--reason <words>', 'why so often', filled)
    .option('--from <moment>', 'from when it holds (default: now)', filled).option('--control <id>', 'the control that states this frequency; without one a missed run is a coverage gap, no deviation', filled)
    .option('--target <name...>', 'targets that a run must have had (default: whatever its configuration has)')
    .addHelpText('after', '\nExample:\n  $ rollcall schedule declare --id daily --every 1d --first 2026-07-01T05:00:00Z --grace-hours 6 --reason "policy 4.1" --by "Tom Achterberg"')
    .action((options) => choose(async () => (await import('../commands/schedule.ts')).scheduleDeclare(options)));
  approverFlags(actingFlags(schedule.command('end').description('a schedule holds no more'))).requiredOption('--id <id>', 'its name', filled).requiredOption('--reason <words>', 'why', filled).option('--from <moment>', 'from when (default: now)', filled)
    .addHelpText('after', '\nExample:\n  $ rollcall schedule end --id daily --reason "weekly from now on" --by "Tom Achterberg"')
    .action((options) => choose(async () => (await import('../commands/schedule.ts')).scheduleEnd(options)));
  schedule.command('list').description('schedules, and what became of their slots so far').option('--from <day>', 'slots from this day on (default: 90 days ago)', filled).addOption(archive()).addOption(json())
    .addHelpText('after', '\nExample:\n  $ rollcall schedule list --from 2026-07-01').action((options) => choose(async () => (await import('../commands/schedule.ts')).scheduleList(options)));
};

// SPDX-License-Identifier: Apache-2.0
import { Command, CommanderError, Option } from 'commander';
import type { Depth } from '../model/source.ts';
import { printable } from '../model/printable.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { archive, commaList, config, depth, filled, hours, json, quiet, type Run } from './options.ts';
import { REGISTERED } from './register/index.ts';
import { VERSION } from './version.ts';

/**
 * Parses the command line and runs one command. Commands are imported when they run, so that help costs nothing else.
 * Returns the exit code; never throws: a person's mistake is one message and 2, our own fault one message and 4.
 */
export async function runProgram(argv: readonly string[]): Promise<ExitCode> {
  let chosen: Run | null = null;
  const program = buildProgram((run) => {
    chosen = run;
  });
  try {
    await program.parseAsync([...argv]);
    return chosen === null ? EXIT.ok : await (chosen as Run)();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const { reportError } = await import('./report-error.ts');
    return reportError(error);
  }
}

/** The command line as data, with the action of a command handed to `choose`. */
export function buildProgram(choose: (run: Run) => void): Command {
  const program = new Command('rollcall')
    .description('Takes the roll of every non-human identity and secret it can list, names those it cannot,\nand seals the result as audit evidence that can be verified and re-derived offline.')
    .version(VERSION, '-V, --version')
    // Whatever stands after a command is its own, and of a command within it.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(mistake(text)) })
    .addHelpText('after', `
Examples:
  $ rollcall demo                        scan a fictional company on this machine, then verify
  $ rollcall scan                        scan the account of the AWS login at hand
  $ rollcall scan --config rollcall.yaml scan what management declared
  $ rollcall verify evidence/runs/RUN --key signing-key.pub.pem

Exit codes: 0 done; 1 a finding that --fail-on names, or a verification that failed; 2 usage or configuration;
3 something in scope could not be read (or said) and nobody had named it; 4 a fault of this tool.`);

  program.command('init').description('write a commented rollcall.yaml, controls.yaml and owners.yaml from what is found')
    .option('--folder <folder>', 'where to write', filled, '.').option('--force', 'replace files that are there').addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExample:\n  $ rollcall init --folder compliance')
    .action((options) => choose(async () => (await import('./commands/init.ts')).init(options)));

  program.command('scan').description('read every identity and credential in scope, derive verdicts and evidence, seal a bundle')
    .addOption(config()).option('--archive <folder>', 'folder of runs and log (default: the configuration\'s, else ./evidence)', filled)
    .addOption(depth()).addOption(new Option('--bulk-only', 'bulk lists only: fewest calls, key slots instead of key ids').conflicts('deep'))
    .addOption(new Option('--deep', 'everything a source offers, one read per object'))
    .option('--owners <file>', 'owners file, instead of the configuration\'s', filled).option('--controls <file>', "management's controls, instead of the configuration's", filled)
    .option('--key <file>', 'signing key (PEM); a first run makes one', filled).option('--scheduled', 'this run is a scheduled one (else ad hoc)')
    .option('--resume <run>', 'go on with a run that was interrupted or killed, by its id; `last` for the newest', filled).option('--new-since <run>', 'with --fail-on: only what was not already not met in this sealed run; `last` for the newest', filled)
    .addOption(new Option('--fail-on <severity>', 'exit 1 on a check not met at or above it').choices(['low', 'medium', 'high', 'critical']))
    .option('--explain-time', 'say what the scan waited for').addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExamples:\n  $ rollcall scan\n  $ rollcall scan -c rollcall.yaml --scheduled --fail-on critical\n  $ AWS_PROFILE=audit rollcall scan --bulk-only --json')
    .action((options, command: Command) => {
      const depth = chosenDepth(command);
      choose(async () => (await import('./commands/scan.ts')).scan({ ...options, depth }));
    });

  program.command('demo').description('the same scan against a fictional company on loopback, then verify')
    .option('--period', "a whole quarter of it instead, with runs, people's decisions and the pack that is handed over (about a minute)").addOption(archive()).addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExamples:\n  $ rollcall demo --archive /tmp/demo\n  $ rollcall demo --period --archive /tmp/quarter')
    .action((options, command: Command) => {
      // A quarter wants an archive of its own, so it does not go where the plain demonstration went.
      const quarter = { ...options, archive: command.getOptionValueSource('archive') === 'default' ? './quarter' : options.archive };
      choose(async () => (options.period === true ? (await import('./commands/demo-period.ts')).demoPeriod(quarter) : (await import('./commands/demo.ts')).demo(options)));
    });

  program.command('verify').description('six separate verdicts on a bundle or a pack, offline').argument('<bundle>', 'folder of a sealed run, or of a pack', filled)
    .option('--key <file...>', 'public key (PEM) of a signer you trust, from outside the bundle').option('--log <folder>', 'the archive\'s log (default: the one beside the runs, where there is one)', filled)
    .option('--checkpoint <file>', 'a checkpoint of the log that you kept', filled)
    .option('--archive <folder>', 'of a pack: the archive to put its period together from again', filled).option('--pack <folder>', 'of runs or rows added to a pack: that pack', filled)
    .option('--tsa-ca <file...>', 'CA certificate (PEM) of a time stamp authority you trust, from the authority itself').option('--anchor-within <hours>', 'how long after the seal a time stamp may be (default: 24)', hours)
    .option('--require <verdicts>', 'verdicts that must pass, comma-separated', commaList, ['integrity', 're-derivation'])
    .addOption(quiet()).addOption(json())
    .addHelpText('after', '\nVerdicts: integrity, authenticity, time, completeness, period-coverage, re-derivation.\n\nExamples:\n  $ rollcall verify evidence/runs/RUN\n  $ rollcall verify RUN --key auditor/management.pub.pem --checkpoint auditor/checkpoint-12 --require integrity,authenticity,re-derivation\n  $ rollcall verify RUN --tsa-ca authority-ca.pem --require time')
    .action((bundle: string, options) => choose(async () => (await import('./commands/verify.ts')).verify(bundle, options)));

  program.command('seal').description('derive again what is missing and seal a finished collection').argument('<bundle>', 'folder of the run', filled)
    .addOption(archive()).option('--key <file>', 'signing key (PEM)', filled).addOption(quiet()).addOption(json())
    .addHelpText('after', '\nDerived files that are gone are made again; where they come out as they were sealed, the seal stays as it is.\n\nExample:\n  $ rollcall seal evidence/runs/RUN')
    .action((bundle: string, options) => choose(async () => (await import('./commands/seal.ts')).seal(bundle, options)));

  program.command('checks').description('the catalogue of checks, and what each bears on').argument('[check]', 'one check, whole')
    .addOption(json()).addHelpText('after', '\nExamples:\n  $ rollcall checks\n  $ rollcall checks aws-access-key-unused')
    .action((check: string | undefined, options) => choose(async () => (await import('./commands/checks.ts')).checks(check, options)));

  program.command('permissions').description('least-privilege policies, generated from what the sources declare').argument('<provider>', 'aws, azure, google or kubernetes')
    .addOption(depth()).option('--part <name>', 'another document of the provider, such as the role of an organization\'s accounts', filled).addOption(json())
    .addHelpText('after', '\nExamples:\n  $ rollcall permissions aws > rollcall-read.json\n  $ rollcall permissions aws --part rollcall-member-role.yaml > rollcall-member-role.yaml\n  $ rollcall permissions aws --part configuration-values > rollcall-values.json    # only where a scope has configurationValues: true')
    .action((provider: string, options) => choose(async () => (await import('./commands/permissions.ts')).permissions(provider, options)));

  program.command('doctor').description('what these credentials can and cannot read: one smallest real read for each operation')
    .addOption(config()).addOption(depth()).addOption(quiet()).addOption(json()).addHelpText('after', '\nExample:\n  $ AWS_PROFILE=audit rollcall doctor')
    .action((options) => choose(async () => (await import('./commands/doctor.ts')).doctor(options)));

  program.command('explain').description('why a verdict: facts, source, pages, threshold').argument('<id>', "an identity's or credential's id, name or key", filled)
    .option('--run <bundle>', 'folder of the run (default: the newest in the archive)', filled).addOption(archive()).option('--check <check>', 'only this check', filled).addOption(json())
    .addHelpText('after', '\nExample:\n  $ rollcall explain AKIAIOSFODNN7EXAMPLE')
    .action((id: string, options) => choose(async () => (await import('./commands/explain.ts')).explain(id, options)));

  program.command('trace').description('from a row of a population to its page, its call and the provider\'s own command, and back').argument('[row]', 'population and number, such as credentials:17', filled)
    .option('--id <id>', 'from an id at the source to its rows', filled).option('--run <bundle>', 'folder of the run (default: the newest in the archive)', filled).addOption(archive()).addOption(json())
    .addHelpText('after', '\nExamples:\n  $ rollcall trace credentials:17\n  $ rollcall trace --id AKIAIOSFODNN7EXAMPLE')
    .action((row: string | undefined, options) => choose(async () => (await import('./commands/trace.ts')).trace(row, options)));

  for (const register of REGISTERED) register(program, choose);
  for (const command of program.commands) for (const one of [command, ...command.commands]) one.exitOverride();
  return program;
}

/** `--bulk-only` and `--deep` are short for a depth; with another depth beside them nobody can tell which was meant. */
function chosenDepth(command: Command): Depth {
  const { depth, bulkOnly, deep } = command.opts<{ depth: Depth; bulkOnly?: boolean; deep?: boolean }>();
  const short = bulkOnly === true ? 'bulk' : deep === true ? 'deep' : null;
  if (short !== null && command.getOptionValueSource('depth') === 'cli' && depth !== short) command.error(`error: option '${bulkOnly === true ? '--bulk-only' : '--deep'}' cannot be used with option '--depth ${depth}'`);
  return short ?? depth;
}

/** A mistake of usage in the one form of all our messages. Where Commander prints a whole help text, that stays. */
function mistake(text: string): string {
  if (!text.startsWith('error: ')) return text;
  return `rollcall: ${text.slice('error: '.length).trimEnd().split('\n').map(printable).join(' ')}\n  → \`rollcall --help\` lists the commands, \`rollcall COMMAND --help\` what each takes\n`;
}

// SPDX-License-Identifier: Apache-2.0
import { Option } from 'commander';
import { archive, filled, json, quiet, type Register } from '../options.ts';

export const registerExport: Register = (program, choose) => {
  program.command('export').description('a sealed run as OSCAL, OCSF or SARIF, made on demand and never inside the seal')
    .addOption(new Option('--format <format>', 'what to write').choices(['oscal', 'ocsf', 'sarif']).makeOptionMandatory())
    .option('--run <bundle>', 'folder of the run (default: the newest in the archive)', filled).addOption(archive())
    .option('--out <folder>', 'where to write', filled, './exports').addOption(quiet()).addOption(json())
    .addHelpText('after', `
oscal  assessment plan and assessment results, and a plan of action where the log holds deviations (OSCAL 1.2.1, JSON)
ocsf   one Compliance Finding a line (OCSF 1.8.0, JSON lines)
sarif  one document for CI (SARIF 2.1.0)

Acceptances and deviations come from the log beside the runs; where there is none, the output says so.

Examples:
  $ rollcall export --format sarif
  $ rollcall export --format oscal --run evidence/runs/RUN --out handover`)
    .action((options) => choose(async () => (await import('../commands/export.ts')).exportRun(options)));
};

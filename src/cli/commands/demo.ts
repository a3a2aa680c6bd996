// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { parse } from 'yaml';
import { COMPANY } from '../../../fixtures/company/company.ts';
import { differencesFromExpected } from '../../../fixtures/company/compare.ts';
import { CONTROLS_YAML } from '../../../fixtures/company/controls.ts';
import { owners, ownersYaml } from '../../../fixtures/company/owners.ts';
import { startCompany, type RunningCompany } from '../../../fixtures/company/start.ts';
import { PROVIDERS } from '../../../scanners/index.ts';
import { BUNDLE } from '../../bundle/layout.ts';
import { CHECKS } from '../../checks/all.ts';
import { sha256 } from '../../evidence/digest.ts';
import { parseControls } from '../../evidence/controls.ts';
import { parseOwners } from '../../inventory/owners-file.ts';
import { instantOf, type Instant } from '../../model/instant.ts';
import { parseConfiguration } from '../../scope/configuration.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Loaded } from '../load.ts';
import { printSummary } from '../print-summary.ts';
import { chooseSigner } from '../signing.ts';
import { processTerminal } from '../terminal.ts';
import { scanWith } from './scan.ts';
import { printReport, runVerify } from './verify.ts';

/** `rollcall demo`: the fictional company on loopback, at each of its providers, through the providers' own clients, in one run that is sealed and verified. Exit 0 when every outcome is the one that its stories ask for. */
export async function demo(options: { readonly archive: string; readonly quiet?: boolean; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const now = instantOf(Date.now());
  const harbor = await startCompany(now);
  try {
    terminal.note(`${COMPANY}, a fictional company, answers ${harbor.parts.map(({ part, started }) => `on ${started.url} as ${part.title} would`).join(', ')}. Nothing leaves this machine.`);
    const loaded = load(now, harbor.configuration);
    const done = await scanWith(terminal, loaded, { archive: options.archive, depth: 'standard', quiet: options.quiet === true }, PROVIDERS);
    if (done === null) return EXIT.interrupted;
    const { bundle } = done.result;
    const { publicKeyFile } = await chooseSigner(terminal, options.archive, loaded.configuration.signing, undefined);
    const report = await runVerify(bundle, { ...(publicKeyFile === null ? {} : { key: [publicKeyFile] }), require: ['integrity', 'authenticity', 're-derivation'] });
    const differences = await differencesFromExpected(bundle);
    if (options.json === true) terminal.json({ bundle, report: join(bundle, BUNDLE.html), verify: report, differences });
    else {
      printSummary(terminal, bundle, done.summary);
      terminal.out('');
      printReport(terminal, bundle, report);
      terminal.out('');
      terminal.out(differences.length === 0 ? 'Every outcome is the one that the company\'s stories ask for.' : `${differences.length} outcomes differ from what the company's stories ask for:`);
      for (const difference of differences) terminal.out(`  ${difference}`);
      terminal.out('');
      terminal.out(terminal.bold(`Open the report: ${join(bundle, BUNDLE.html)}`));
      terminal.out(`Next: \`rollcall permissions PROVIDER\` (${PROVIDERS.map(({ id }) => id).join(', ')}) prints the rights that a scan needs; \`rollcall scan\` reads the account of the AWS login at hand, and with a configuration (\`rollcall init\`) whatever it names.`);
    }
    return differences.length === 0 && report.exitCode === 0 ? EXIT.ok : EXIT.finding;
  } finally {
    await harbor.close();
  }
}

function load(now: Instant, text: RunningCompany['configuration']): Loaded {
  const { configuration, targets } = parseConfiguration(text, 'demo', PROVIDERS);
  const controls = parseControls(parse(CONTROLS_YAML), CHECKS, 'demo controls');
  const ownersFile = parseOwners(owners(now), 'demo owners');
  return {
    configuration, file: 'demo', targets, owners: ownersFile, ownersGiven: true, controls,
    inputs: [
      { name: 'configuration', origin: 'demo', sha256: sha256(JSON.stringify(text)), value: configuration },
      { name: 'owners', origin: 'owners.yaml', sha256: sha256(ownersYaml(now)), value: ownersFile },
      { name: 'controls', origin: 'controls.yaml', sha256: sha256(CONTROLS_YAML), value: { controls } },
    ],
  };
}

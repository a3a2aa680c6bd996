// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { PROVIDERS } from '../../../scanners/index.ts';
import { InputError } from '../../model/errors.ts';
import { ConnectError, type Target } from '../../model/source.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { processTerminal } from '../terminal.ts';
import { VERSION } from '../version.ts';
import { isFolder, isThere } from '../what-stands.ts';

/** `rollcall init`: a commented configuration from the logins that answer now; nothing is overwritten without `--force`. */
export async function init(options: { readonly folder: string; readonly force?: boolean; readonly quiet?: boolean; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  const files = ['rollcall.yaml', 'controls.yaml', 'owners.yaml'].map((name) => join(options.folder, name));
  if ((await isThere(options.folder)) && !(await isFolder(options.folder))) throw new InputError('--folder', `${options.folder} is a file`, 'name a folder to write into');
  if (options.force !== true) {
    for (const file of files) if (await isThere(file)) throw new InputError(file, 'is there already', 'remove it, choose another --folder, or replace it with --force');
  }
  const found: { target: Target; principal: string; units: readonly string[] }[] = [];
  for (const provider of PROVIDERS) {
    const target: Target = { name: `${provider.id}-ambient`, provider: provider.id, auth: { ambient: true }, scope: {} };
    try {
      const connection = await provider.connect(target, { userAgent: `rollcall/${VERSION}` });
      found.push({ target, principal: connection.login.principal, units: outermost(connection.units.map(({ nativeId }) => nativeId)) });
      terminal.note(`${provider.title}: ${connection.login.principal} answered`);
      connection.close();
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      terminal.note(`${provider.title}: no login at hand (${error.message}); the file shows where to name one`);
    }
  }
  await mkdir(options.folder, { recursive: true });
  const [configuration = '', controls = '', owners = ''] = files;
  const flag = options.force === true ? 'w' : 'wx';
  await writeFile(configuration, configurationText(found), { flag });
  await writeFile(controls, CONTROLS_TEXT, { flag });
  await writeFile(owners, OWNERS_TEXT, { flag });
  if (options.json === true) terminal.json({ files, found: found.map(({ target, principal, units }) => ({ target: target.name, principal, units })) });
  else {
    for (const file of files) terminal.out(`wrote ${file}`);
    terminal.note('Next: read the three files, put management\'s own numbers into controls.yaml, then `rollcall doctor` and `rollcall scan`.');
  }
  return EXIT.ok;
}

/** Units without those that lie within another one: a region is of its account, which alone is declared. */
function outermost(units: readonly string[]): readonly string[] {
  return units.filter((unit) => !units.some((other) => unit.startsWith(`${other}/`)));
}

/** The units that answered, as the provider's scope declares them. */
function declaredScope(id: string, units: readonly string[]): { readonly [field: string]: string[] } {
  const field = PROVIDERS.find((provider) => provider.id === id)?.declares?.field;
  return field === undefined ? {} : { [field]: [...units] };
}

function configurationText(found: readonly { target: Target; principal: string; units: readonly string[] }[]): string {
  const targets = found.length === 0 ? [{ name: 'production', provider: 'aws', auth: { profile: 'NAME-OF-A-PROFILE' }, scope: {} }]
    : found.map(({ target, units }) => ({ name: target.name, provider: target.provider, auth: target.auth, scope: declaredScope(target.provider, units) }));
  return `# What Rollcall reads, and as whom. docs/configuration.md describes every field.
# No secret belongs here: name a profile, a role or the ambient login; the tool refuses what looks like a secret.
version: 1

# Each login and what management says lies behind it. For AWS, auth is one of:
#   { ambient: true }                              environment, profile, SSO, instance or web identity at hand
#   { profile: NAME }                              a profile of the AWS configuration
#   { assumeRole: { roleArn: ARN, externalId: X } } a role, under a session policy that denies what returns secrets
${stringify({ targets })}
owners: owners.yaml
controls: controls.yaml

# Units left out, and reads that are known to fail. Each needs a reason, an approver and an end.
# exclude:
#   - { unit: "aws:111122223333", reason: sandbox, approver: jane@example.com, expires: 2027-03-31 }
# expectedGaps:
#   - { unit: "aws:111122223333", source: aws.iam.ssh-public-keys, cause: denied, reason: blocked by policy P-7, approver: jane@example.com, expires: 2027-03-31 }

# Other companies' accounts that our roles may trust, and accounts of ours that this scan does not read.
# vendors: [{ unit: "aws:444455556666", name: Example Monitoring }]
# ownUnits: ["aws:222233334444"]

# Where runs and log are kept. The signing key should stay elsewhere: a key kept beside the evidence proves less.
output: { archive: ./evidence }
# signing: { key: /secure/place/signing-key.pem }
`;
}

const CONTROLS_TEXT = `# Management's own controls, worded as in the system description. A check not met under a control is a deviation
# candidate; every other one is an observation. Numbers here are management's; without them a check uses a standard's or this
# tool's default and says "not management's threshold". List the checks with \`rollcall checks\`.
controls:
  - id: NHI-1
    wording: Every non-human identity has a recorded owner and purpose.
    owner: head of platform engineering
    frequency: continuous, evidenced by a weekly scan
    policy: identity policy
    criteria: [CC6.1]
    population: non-human-identities
    checks:
      - { check: nhi-owner-missing }
      - { check: nhi-purpose-missing }
`;

const OWNERS_TEXT = `# Who answers for what. All named fields of \`match\` must match (* and ? as in file names); the first entry that says a thing wins.
# What no entry covers is looked up in tags.
owners: []
#  - match: { name: "ci-*", kind: aws.user }
#    owner: platform@example.com
#    purpose: deployments
#  - match: { id: AIDAEXAMPLEID }
#    class: human
#    declaredBy: jane@example.com
#    reviewed: { on: 2026-09-30, by: jane@example.com }
`;

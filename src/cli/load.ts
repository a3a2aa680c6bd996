// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { CHECKS } from '../checks/all.ts';
import type { Control } from '../bundle/records.ts';
import { parseControls } from '../evidence/controls.ts';
import { NO_OWNERS, parseOwners, type OwnersFile } from '../inventory/owners-file.ts';
import type { Provider, Target } from '../model/source.ts';
import type { Input } from '../pipeline/inputs.ts';
import { NO_CONFIGURATION, parseConfiguration, type Configuration } from '../scope/configuration.ts';
import { readDataFile } from '../scope/read-file.ts';
import { refuseSecrets } from '../scope/secrets-in-configuration.ts';
import { isThere } from './what-stands.ts';

export interface Loaded {
  /** Paths in it that name files stand as seen from the working folder. */
  readonly configuration: Configuration;
  /** The file, or null where none was given and none was there. */
  readonly file: string | null;
  readonly targets: readonly Target[];
  readonly owners: OwnersFile;
  readonly ownersGiven: boolean;
  readonly controls: readonly Control[];
  readonly inputs: readonly Input[];
}

/** Configuration, owners and controls of a command, all parsed before anything is done. Throws an InputError for the first that does not fit. */
export async function load(options: { readonly config?: string; readonly owners?: string; readonly controls?: string }, providers: readonly Provider[]): Promise<Loaded> {
  const file = options.config ?? ((await isThere('rollcall.yaml')) ? 'rollcall.yaml' : null);
  const inputs: Input[] = [];
  let configuration = NO_CONFIGURATION;
  let targets: readonly Target[];
  if (file === null) ({ configuration, targets } = parseConfiguration(NO_CONFIGURATION, 'built-in configuration', providers));
  else {
    const { value, bytes } = await readDataFile(file);
    ({ configuration, targets } = parseConfiguration(value, file, providers));
    inputs.push(input('configuration', file, bytes, configuration));
  }
  const beside = (path: string): string => resolve(file === null ? '.' : dirname(file), path);
  const ownersPath = options.owners ?? (configuration.owners === undefined ? undefined : beside(configuration.owners));
  let owners = NO_OWNERS;
  if (ownersPath !== undefined) {
    const { value, bytes } = await readDataFile(ownersPath);
    refuseSecrets(value, ownersPath);
    owners = parseOwners(value, ownersPath);
    inputs.push(input('owners', ownersPath, bytes, owners));
  }
  const controlsPath = options.controls ?? (configuration.controls === undefined ? undefined : beside(configuration.controls));
  let controls: readonly Control[] = [];
  if (controlsPath !== undefined) {
    const { value, bytes } = await readDataFile(controlsPath);
    refuseSecrets(value, controlsPath);
    controls = parseControls(value, CHECKS, controlsPath);
    inputs.push(input('controls', controlsPath, bytes, { controls }));
  }
  const { key, publicKey, ...signing } = configuration.signing;
  configuration = { ...configuration, signing: { ...signing, ...(key === undefined ? {} : { key: beside(key) }), ...(publicKey === undefined ? {} : { publicKey: beside(publicKey) }) } };
  return { configuration, file, targets, owners, ownersGiven: ownersPath !== undefined, controls, inputs };
}

function input(name: string, origin: string, bytes: Buffer, value: unknown): Input {
  // Only the file's name goes into evidence: a path tells about the machine, not about the input.
  return { name, origin: origin.split(/[\\/]/).at(-1) ?? name, sha256: createHash('sha256').update(bytes).digest('hex'), value };
}

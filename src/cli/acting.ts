// SPDX-License-Identifier: Apache-2.0
import type { NewEvent } from '../evidence/log-format.ts';
import type { Person } from '../model/person.ts';
import { load } from './load.ts';
import { personFrom } from './person.ts';
import { chooseSigner } from './signing.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import type { Signer } from '../evidence/signer.ts';

/** Flags of a command by which a person acts. */
export interface ActingOptions { readonly by: string; readonly approval?: string; readonly personKey?: string; readonly archive: string; readonly config?: string; readonly key?: string; readonly json?: boolean; readonly quiet?: boolean }

/** Who acts, and what signs the log. `person` gives the person over the act as it will be logged. */
export interface Acting { readonly terminal: Terminal; readonly signer: Signer; readonly person: (act: (person: Person) => NewEvent) => Promise<Person> }

/** Terminal, signer and person of a command. Throws an InputError where configuration or key do not fit. */
export async function acting(options: ActingOptions): Promise<Acting> {
  const terminal = processTerminal({ quiet: options.quiet === true });
  return { terminal, signer: await logSigner(terminal, options), person: (act) => personFrom('--by', { name: options.by, approval: options.approval, key: options.personKey }, options.archive, act) };
}

/** The signer of the log, as configuration and `--key` name it. */
export async function logSigner(terminal: Terminal, options: Pick<ActingOptions, 'archive' | 'config' | 'key'>): Promise<Signer> {
  const { configuration } = await load(options.config === undefined ? {} : { config: options.config }, (await import('../../scanners/index.ts')).PROVIDERS);
  return (await chooseSigner(terminal, options.archive, configuration.signing, options.key)).signer;
}

// SPDX-License-Identifier: Apache-2.0
import { PROVIDERS } from '../../../scanners/index.ts';
import { InputError } from '../../model/errors.ts';
import type { Depth } from '../../model/source.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { processTerminal } from '../terminal.ts';

/** `rollcall permissions PROVIDER`: the policy itself on standard output, so that it can be redirected to a file; notes on standard error. */
export async function permissions(name: string, options: { readonly depth: Depth; readonly part?: string; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: false });
  const provider = PROVIDERS.find(({ id, aliases }) => id === name || aliases?.includes(name) === true);
  if (provider === undefined) throw new InputError('permissions', `there is no provider ${name}`, `use one of: ${PROVIDERS.map(({ id }) => id).join(', ')}`);
  const policies = provider.permissions(options.depth);
  if (options.json === true) {
    terminal.json({ provider: provider.id, depth: options.depth, policies });
    return EXIT.ok;
  }
  const named = policies.filter((policy) => (options.part === undefined ? policy.apart !== true : policy.name === options.part));
  if (named.length === 0) throw new InputError('--part', `${provider.id} has no ${options.part ?? ''}`, `use one of: ${policies.map((policy) => policy.name).join(', ')}`);
  for (const policy of named) {
    terminal.note(`${policy.name} (${policy.format}): ${policy.note}`);
    terminal.out(policy.text);
  }
  const others = policies.filter((policy) => policy.apart === true && !named.includes(policy));
  if (options.part === undefined && others.length > 0) terminal.note(`Printed with --part: ${others.map((policy) => `${policy.name} (${policy.format}): ${policy.note}`).join('\n')}`);
  return EXIT.ok;
}

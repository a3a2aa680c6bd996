// SPDX-License-Identifier: Apache-2.0
import { PROVIDERS } from '../../../scanners/index.ts';
import { InputError } from '../../model/errors.ts';
import type { Depth } from '../../model/source.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { processTerminal } from '../terminal.ts';

/** `rollcall permissions PROVIDER`: the policy itself on standard output, so that it can be redirected to a file; notes on standard error. */
export async function permissions(name: string, options: { readonly depth: Depth; readonly json?: boolean }): Promise<ExitCode> {
  const terminal = processTerminal({ quiet: false });
  const provider = PROVIDERS.find(({ id }) => id === name);
  if (provider === undefined) throw new InputError('permissions', `there is no provider ${name}`, `use one of: ${PROVIDERS.map(({ id }) => id).join(', ')}`);
  const policies = provider.permissions(options.depth);
  if (options.json === true) {
    terminal.json({ provider: provider.id, depth: options.depth, policies });
    return EXIT.ok;
  }
  for (const policy of policies) {
    terminal.note(`${policy.name} (${policy.format}): ${policy.note}`);
    terminal.out(policy.text);
  }
  return EXIT.ok;
}

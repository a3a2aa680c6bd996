// SPDX-License-Identifier: Apache-2.0
import { parse } from 'yaml';
import { z } from 'zod';
import { rollcall } from './scan.ts';

const rule = z.strictObject({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()), resourceNames: z.array(z.string()).optional() });
const role = z.looseObject({ kind: z.enum(['ClusterRole', 'Role']), metadata: z.looseObject({ name: z.string() }), rules: z.array(rule) });
const printed = z.object({ policies: z.array(z.object({ name: z.string(), text: z.string() })) });

/** A role as `rollcall permissions kubernetes` prints it: its text, and its rules. */
export interface Policy { readonly name: string; readonly kind: 'ClusterRole' | 'Role'; readonly text: string; readonly rules: readonly z.output<typeof rule>[] }

/** What the packed program says that its login needs. */
export async function readPolicies(program: readonly [string, ...string[]], folder: string): Promise<readonly Policy[]> {
  const { code, out, err } = await rollcall(program, folder, ['permissions', 'kubernetes', '--json']);
  if (code !== 0) throw new Error(`rollcall permissions kubernetes ended with ${code}\n${err}`);
  return printed.parse(JSON.parse(out)).policies.map(({ name, text }) => ({ name, text, ...pick(role.parse(parse(text))) }));
}

function pick({ kind, rules }: z.output<typeof role>): Pick<Policy, 'kind' | 'rules'> {
  return { kind, rules };
}

// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { CHART, run, type Ended, type Suite } from './suite.ts';

/** Where the release is put. */
export const NAMESPACE = 'audit';
const objectSchema = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }), rules: z.unknown().optional() });
/** An object as the chart renders it. */
export type Rendered = z.output<typeof objectSchema>;

/** Helm, on its own: it knows neither this machine's settings nor its clusters. */
export function helm({ tools, folder, root }: Suite, args: readonly string[]): Promise<Ended> {
  return run(join(tools, 'helm'), args, { cwd: root, env: { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: join(folder, 'none') } });
}

/** Values as flags. */
export const sets = (values: readonly string[]): readonly string[] => values.flatMap((value) => ['--set', value]);

/** What `helm template` makes of the chart with these values, in the order of the text. Throws where it does not. */
export async function render(suite: Suite, values: readonly string[]): Promise<{ readonly text: string; readonly objects: readonly Rendered[] }> {
  const ended = await helm(suite, ['template', 'rollcall', CHART, '--namespace', NAMESPACE, '--kube-version', '1.37.2', ...sets(values)]);
  if (ended.code !== 0) throw new Error(`helm template ${values.join(' ')}: ${ended.err}`);
  const objects = parseAllDocuments(ended.out).flatMap((document) => ('errors' in document && document.contents !== null ? [objectSchema.parse(document.toJS())] : []));
  return { text: ended.out, objects };
}

// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { fullName, WORKLOADS, type Seeded, type SeededCluster } from './expected.ts';
import type { Bundle } from './scan.ts';

const token = z.object({ audience: z.string().nullable(), seconds: z.number() });
const spec = z.object({ workload: z.string(), account: z.string(), automount: z.boolean().nullable(), secrets: z.array(z.string()), imagePullSecrets: z.array(z.string()), tokens: z.array(token) });
type Spec = z.output<typeof spec>;

/** Differences in what a workload runs as, what it mounts and which Secrets it names, against what the administrator reads of the same objects. */
export function workloadDifferences({ rows }: Bundle, { resources }: SeededCluster): readonly string[] {
  const listed = new Map(rows.filter(({ kind }) => kind === 'kubernetes.workload').map((row) => [row.id, row]));
  const automount = new Map((resources['serviceaccounts'] ?? []).map((account) => [fullName(account), account.detail['automount']]));
  const found: string[] = [];
  for (const seeded of WORKLOADS.flatMap((resource) => resources[resource] ?? [])) {
    const read = spec.parse(seeded.detail);
    const wanted = {
      workload: read.workload, accounts: [{ account: `${seeded.namespace ?? ''}/${read.account}`, mountsToken: mounts(seeded, read, automount) }], tokens: sorted(read.tokens), secrets: read.secrets, imagePullSecrets: read.imagePullSecrets,
    };
    const { detail } = listed.get(seeded.uid) ?? {};
    const seen = { ...detail, tokens: sorted(z.array(token).catch([]).parse(detail?.['tokens'])) };
    if (!isDeepStrictEqual(seen, wanted)) found.push(`${read.workload} ${fullName(seeded)}: ${JSON.stringify(wanted)}, listed as ${JSON.stringify(seen)}`);
  }
  return found;
}

/** Into a pod the API server writes the volume of its token; for what makes pods, the template decides, then the account, then the default. */
function mounts({ namespace }: Seeded, { workload, account, automount, tokens }: Spec, ofAccount: ReadonlyMap<string, unknown>): boolean {
  const written = tokens.some(({ audience }) => audience === null);
  return workload === 'Pod' ? written : written || (automount ?? ofAccount.get(`${namespace ?? ''}/${account}`) ?? true) === true;
}

function sorted(tokens: readonly z.output<typeof token>[]): readonly string[] {
  return [...new Set(tokens.map(({ audience, seconds }) => `${audience ?? ''} ${seconds}`))].toSorted();
}

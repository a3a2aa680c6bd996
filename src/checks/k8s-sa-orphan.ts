// SPDX-License-Identifier: Apache-2.0
import { mapFact, type Fact } from '../model/fact.ts';
import { defineCheck, met, notMet, type Surroundings } from './define.ts';
import { isDefaultAccount, workloadsOf } from './kubernetes-particulars.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';
import type { Identity } from '../model/row.ts';

const TOKEN = 'kubernetes.service-account-token';

/** Neither a workload nor a kept token that works acts as the account. */
export const k8sSaOrphan = defineCheck({
  id: 'k8s-sa-orphan',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'medium',
  title: 'Nothing runs as the service account',
  rationale: 'An account that a removed workload left behind keeps its rights, and whoever may make a pod or a token in its namespace can take them up.',
  remediation: 'Look in the audit log for tokens that were requested for it (create serviceaccounts/token) and for its name as a user; where there are none, take away its bindings, wait, and delete it.',
  limits: 'Tokens that were requested through the TokenRequest API, by a pipeline outside the cluster for one, are no objects: an account that only such tokens use shows as one that nothing runs as. A workload that ran and ended before the scan is not seen either.',
  expected: 'a workload runs as it, or a token of it that is kept in a Secret works',
  applies: (identity) => (isDefaultAccount(identity) ? 'the account that every namespace is given' : inNonHumanPopulation(identity)),
  needs: { workloads: workloadsOf, tokens: activeTokens },
  parameters: {},
  evaluate({ workloads, tokens }) {
    const observed = { workloads: workloads.length, activeTokens: tokens };
    if (workloads.length > 0) return met(observed, `${workloads[0]?.kind ?? ''} ${workloads[0]?.name ?? ''} runs as it${workloads.length > 1 ? `, and ${workloads.length - 1} more` : ''}`);
    return tokens > 0 ? met(observed, 'no workload runs as it, but a token of it that is kept in a Secret works') : notMet(observed, 'no workload runs as it, and no token of it that works is kept in a Secret');
  },
});

/** How many of its kept tokens work: known only where their list closed and the state of each is known. */
function activeTokens(identity: Identity, { credentials }: Surroundings): Fact<number> {
  const count = identity.credentialCounts[TOKEN] ?? { status: 'unknown' as const, cause: 'no_source' as const, detail: 'tokens were not counted', calls: [] };
  if (count.status !== 'known') return count;
  const tokens = credentials.filter(({ kind }) => kind === TOKEN);
  const undecided = tokens.map(({ status }) => status).find(({ status }) => status === 'unknown');
  if (undecided?.status === 'unknown') return undecided;
  return mapFact(count, () => tokens.filter(({ status }) => status.status === 'known' && status.value === 'active').length);
}

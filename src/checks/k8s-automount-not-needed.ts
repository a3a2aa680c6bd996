// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, needsReview, notMet } from './define.ts';
import { few, inOrder, ofItsOwnMaking, powerNames, workloadNames } from './kubernetes-accounts.ts';
import { bindingsOf, powersOf, projectedTokensOf, workloadsOf, type ProjectedToken, type Workload } from './kubernetes-particulars.ts';

/** A token for the API server lies in a workload's pods although nothing was given to the account that it could open. */
export const k8sAutomountNotNeeded = defineCheck({
  id: 'k8s-automount-not-needed',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'low',
  title: 'Token is mounted although nothing is given to the account',
  rationale: 'Whoever breaks into the pod takes the token along: it works from elsewhere too, tells who is in the cluster, and opens whatever the account is given one day.',
  remediation: 'Set automountServiceAccountToken: false on the account, and true only in the pods that talk to the API.',
  limits: 'Bindings that name the account are counted, whatever they give, and so is a binding that gives nothing. Of what a group gives to it, only powers that lead beyond themselves are: a lesser right that its namespace\'s group holds is not seen. Neither is whether a token is used, nor whether a workload shows the token that is meant for the API server to somebody else who asks the API server about it.',
  expected: 'no workload gets a token for the API server, or a binding names the account, or it holds a power that leads beyond itself',
  applies: ofItsOwnMaking,
  needs: { workloads: workloadsOf, bindings: bindingsOf, powers: powersOf, tokens: projectedTokensOf },
  parameters: {},
  evaluate({ workloads, bindings, powers, tokens }) {
    const { forApi, forOthers } = mountedIn(workloads, tokens);
    const observed = { workloadsWithToken: forApi, workloadsWithTokensForOthers: forOthers, bindings: inOrder(bindings), powers: powerNames(powers) };
    if (forApi.length === 0 && forOthers.length === 0) return met(observed, 'no workload that runs as it gets a token for the API server');
    if (bindings.length > 0) return met(observed, `named by ${few(observed.bindings)}`);
    if (powers.length > 0) return met(observed, `holds ${few(observed.powers)}`);
    if (forApi.length > 0) return notMet(observed, `a token is mounted in ${few(forApi)}, and no binding names the account`);
    return needsReview(observed, `no binding names the account; the tokens that ${few(forOthers)} asks for are meant for others than the API server, and whether one for the API server lies beside them is not told`);
  },
});

/** Workloads that surely get a token for the API server, and those that ask for tokens, none of which is for the API server: what is mounted in them may be only those. */
function mountedIn(workloads: readonly Workload[], tokens: readonly ProjectedToken[]): { readonly forApi: string[]; readonly forOthers: string[] } {
  const asked = Map.groupBy(tokens, ({ workload }) => workload);
  const forApi: Workload[] = [];
  const forOthers: Workload[] = [];
  for (const workload of workloads) {
    const names = namesOf(workload);
    const own = names.flatMap((name) => asked.get(name) ?? []);
    if (own.some(({ audience }) => audience === null) || (workload.mountsToken && own.length === 0)) forApi.push(workload);
    else if (workload.mountsToken) forOthers.push(workload);
  }
  const listed = new Set(workloads.flatMap(namesOf));
  const elsewhere = tokens.filter(({ workload, audience }) => audience === null && !listed.has(workload)).map(({ workload }) => workload);
  return { forApi: inOrder([...workloadNames(forApi), ...elsewhere]), forOthers: workloadNames(forOthers) };
}

/** A projected token names its workload with the kind or without. */
function namesOf({ kind, name }: Workload): readonly string[] {
  return [name, `${kind} ${name}`];
}

// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet, whole } from './define.ts';
import { few, inOrder } from './kubernetes-accounts.ts';
import { projectedTokensOf, type ProjectedToken } from './kubernetes-particulars.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** A workload asks for a token that lives longer than the kubelet ever keeps one. */
export const k8sProjectedTokenLong = defineCheck({
  id: 'k8s-projected-token-long',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'low',
  title: 'Projected token lives long',
  rationale: 'The kubelet replaces a projected token within a day. A longer life serves only whoever copied it.',
  remediation: 'Set expirationSeconds of the projected volume to an hour, and have the program read the file again before it ends.',
  limits: 'Shows what the volume asks for. The API server may grant less (service-account-max-token-expiration), and by default lets the tokens that it mounts by itself, of 3607 seconds, work for a year (service-account-extend-token-expiration). Tokens that a program asks for itself are no objects and are not seen.',
  expected: 'no projected token is asked for more than {maxSeconds} seconds',
  applies: inNonHumanPopulation,
  needs: { tokens: projectedTokensOf },
  parameters: { maxSeconds: whole(86_400, [600, 4_294_967_296], 'tool', 'no standard names a number; the kubelet replaces a projected token after a day at the latest, and asks for 3607 seconds by itself') },
  evaluate({ tokens }, { maxSeconds }) {
    const long = tokens.filter(({ seconds }) => seconds > maxSeconds);
    const longest = tokens.reduce<number | null>((most, { seconds }) => (most === null || seconds > most ? seconds : most), null);
    const observed = { tokens: tokens.length, longestSeconds: longest, long: inOrder(long.map(inWords)) };
    if (long.length > 0) return notMet(observed, few(observed.long));
    return met(observed, longest === null ? 'no workload that runs as it asks for a projected token' : `the longest is asked for ${longest} seconds`);
  },
});

function inWords({ workload, audience, seconds }: ProjectedToken): string {
  return `${workload} asks for ${seconds} seconds, for ${audience ?? 'the API server'}`;
}

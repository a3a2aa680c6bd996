// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineCheck, met, notMet } from './define.ts';
import { projectedTokensOf } from './kubernetes-particulars.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** A pod asks for a token that outlives what a pod needs between two renewals. */
export const k8sProjectedTokenLong = defineCheck({
  id: 'k8s-projected-token-long',
  version: 1,
  subject: 'identity',
  kinds: ['kubernetes.service-account'],
  severity: 'low',
  title: 'Projected token lives long',
  rationale: 'The kubelet renews a projected token long before its end, so a long life serves nobody but whoever copied it.',
  remediation: 'Set expirationSeconds of the serviceAccountToken volume to an hour, and let the program read the file again.',
  limits: 'What is asked for is looked at: the API server may give less, and by default lets the token that it mounts itself live for up to a year where a program still uses it after an hour.',
  expected: 'no workload asks for a token of more than {maxSeconds} seconds',
  applies: inNonHumanPopulation,
  needs: { tokens: projectedTokensOf },
  parameters: { maxSeconds: { schema: z.int().min(600).max(4_294_967_296), default: 86_400, origin: 'tool', source: 'no standard names a number; a day is what the clouds\' own federation asks for at most' } },
  evaluate({ tokens }, { maxSeconds }) {
    const long = tokens.filter(({ seconds }) => seconds > maxSeconds);
    const observed = { tokens: tokens.map(({ workload, audience, seconds }) => ({ workload, audience, seconds })) };
    if (long.length > 0) return notMet(observed, long.map(({ workload, seconds }) => `${workload} asks for ${seconds} seconds, more than ${maxSeconds}`).join('; '));
    return met(observed, tokens.length === 0 ? 'no workload asks for a projected token' : `the longest that is asked for is ${Math.max(...tokens.map(({ seconds }) => seconds))} seconds`);
  },
});

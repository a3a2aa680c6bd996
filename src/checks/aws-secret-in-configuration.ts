// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineCheck, met, needsReview, notMet } from './define.ts';
import { particular } from './particular.ts';

/** What a scan keeps of a variable: how long its value is and what it looks like, never the value. `rule`: the detector's, where it sees a secret; `named`: the name says that it is one. */
const plainValueSchema = z.object({ length: z.number(), verdict: z.enum(['empty', 'switch', 'reference', 'text', 'detected']), rule: z.string().nullable(), named: z.boolean() });

/** Variables of functions, containers and builds that hold a secret in plain text. */
export const awsSecretInConfiguration = defineCheck({
  id: 'aws-secret-in-configuration',
  version: 1,
  subject: 'credential',
  kinds: ['aws.plain-value'],
  severity: 'high',
  title: 'Secret in a plain variable',
  rationale: 'Whoever may read the configuration of a function, a container or a build reads the secret with it: consoles, deployment tools and reports of many kinds show it, and versions keep it after it was taken out.',
  remediation: 'Put the value into Secrets Manager or a SecureString parameter, have the variable name it, and replace the value where it is used: it was readable.',
  limits: 'Looks at variables of functions ($LATEST), of the newest version of each task definition, and of build projects; only where the scope opts in with `configurationValues: true`. A detector may see a secret where there is none, and miss one under a harmless name. A value whose name alone says that it is a secret is for a person to look at.',
  expected: 'a variable that is to hold a secret names a stored one, or is empty',
  applies: () => true,
  needs: { value: (credential) => particular(credential, 'aws.plain-value', plainValueSchema) },
  parameters: {},
  evaluate({ value: { length, verdict, rule } }) {
    const observed = { length, verdict, rule };
    switch (verdict) {
      case 'detected': return notMet(observed, `the detector's rule ${rule ?? 'without a name'} sees a secret in its ${length} characters`);
      case 'text': return needsReview(observed, `its name says that it is a secret, and its ${length} characters name no stored one`);
      case 'reference': return met(observed, 'it names a stored secret');
      case 'empty': return met(observed, 'it is empty');
      case 'switch': return met(observed, 'it says yes or no');
    }
  },
});

// SPDX-License-Identifier: Apache-2.0
import { defineCheck, met, notMet } from './define.ts';
import { active } from './listed.ts';

/** One user is both a person's sign-in and a program's. */
export const awsUserConsoleAndKeys = defineCheck({
  id: 'aws-user-console-and-keys',
  version: 1,
  subject: 'identity',
  kinds: ['aws.user'],
  severity: 'medium',
  title: 'User has a console password and an active access key',
  rationale: 'What a person did and what a program did cannot be told apart, and each inherits the other\'s rights.',
  remediation: 'Give the person single sign-on and the program a role; then remove the password or the key.',
  limits: 'Shows that both ways in exist, not that both are used.',
  expected: 'not both a console password and an active access key',
  applies: () => true,
  needs: { login: (identity) => identity.interactiveLogin, keys: (identity, around) => active(identity, around, 'aws.access-key') },
  parameters: {},
  evaluate({ login, keys }) {
    const observed = { consolePassword: login, activeKeys: keys.length };
    return login && keys.length > 0 ? notMet(observed, `a console password and ${keys.length} active keys`) : met(observed, login ? 'a password and no active key' : 'no password');
  },
});

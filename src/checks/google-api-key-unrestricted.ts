// SPDX-License-Identifier: Apache-2.0
import { known } from '../model/fact.ts';
import { defineCheck, met, notMet } from './define.ts';

/** An API key with which every interface of the project can be called. */
export const googleApiKeyUnrestricted = defineCheck({
  id: 'google-api-key-unrestricted',
  version: 1,
  subject: 'credential',
  kinds: ['google.api-key'],
  severity: 'high',
  title: 'API key is not limited to named interfaces',
  rationale: 'Whoever reads such a key in a page or a program can call every interface that is on in its project, at its cost, and any that is switched on later.',
  remediation: 'Limit the key to the interfaces that its program calls, and to where it is called from. Where the program can have an account, use that in place of a key.',
  limits: 'Shows that interfaces are named, not that they are the right ones. Limits on who may call are shown beside the status and are not demanded.',
  expected: 'a list of the interfaces that the key may call',
  applies: ({ status }) => (status.status === 'known' && status.value !== 'active' ? `it is ${status.value}` : true),
  needs: { key: (credential) => (credential.status.status === 'unknown' ? credential.status : known(credential, credential.refs)) },
  parameters: {},
  evaluate: ({ key }) => (key.audience === null ? notMet({ interfaces: 'all' }, 'it may call every interface of its project') : met({ interfaces: key.audience }, 'its interfaces are named')),
});

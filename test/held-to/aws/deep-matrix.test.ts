// SPDX-License-Identifier: Apache-2.0
import { AWS_FAULTS } from '../../../fixtures/company/aws/account.ts';
import { FAULTS, PAGING_FAULTS } from '../../../fixtures/servers/aws-faults.ts';
import { AWS_OPERATIONS } from '../../../fixtures/servers/aws-query.ts';
import { aws as whole } from '../../../scanners/aws/index.ts';
import { companyAccount, rightNow, scanAccount } from '../../scanners/aws/support/scan.ts';
import { nothing, type Dependence } from '../dependence.ts';
import { holdToMatrix } from '../matrix.ts';

/** What only a deep scan reads of the account itself. */
const aws = { ...whole, title: 'AWS, deep', sources: whole.sources.filter(({ unitKind }) => unitKind === 'account') };
const NOW = rightNow();
const ACCOUNT = companyAccount();

/** They tell of use beside what better sources say of it: no verdict of the company turns on them. */
const DEPENDENCE: { readonly [operation: string]: Dependence } = {
  GenerateServiceLastAccessedDetails: { decided: nothing, elsewhere: nothing },
  GetServiceLastAccessedDetails: { decided: nothing, elsewhere: nothing },
  LookupEvents: { decided: nothing, elsewhere: nothing },
};

// Of the newest event alone is asked, so nothing of the second page of events can go wrong; those of events by name are in the matrix of the account.
holdToMatrix({
  provider: aws, covers: ({ depth }) => depth === 'deep', now: NOW, dependence: DEPENDENCE,
  faults: Object.fromEntries(AWS_OPERATIONS.filter(({ name }) => Object.hasOwn(DEPENDENCE, name)).map(({ name }) => [name, FAULTS.filter((kind) => !PAGING_FAULTS.has(kind))])),
  // The report of one principal cannot be made, and the SSH keys of another are denied.
  harmless: (kind) => kind === 'unknown_field', ofPages: () => false, undisturbed: { verdicts: 200, gaps: 2 },
  scan: async (fault) => {
    const kind = FAULTS.find((candidate) => candidate === fault?.kind);
    const afterLogin = fault === null || kind === undefined ? AWS_FAULTS : [...AWS_FAULTS, { operation: fault.operation, kind, retryAfterSeconds: 0 }];
    return scanAccount({ account: ACCOUNT, asOf: NOW, depth: 'deep', requestTimeoutMs: fault?.kind === 'hang' ? 150 : 5000, attempts: { throttled: 2, transient: 2, malformed: 2 }, afterLogin });
  },
});

// SPDX-License-Identifier: Apache-2.0
import { AWS_FAULTS } from '../../../fixtures/company/aws/account.ts';
import { FAULTS, PAGING_FAULTS } from '../../../fixtures/servers/aws-faults.ts';
import { AWS_OPERATIONS } from '../../../fixtures/servers/aws-query.ts';
import { aws as whole } from '../../../scanners/aws/index.ts';
import { companyAccount, rightNow, scanAccount } from '../../scanners/aws/support/scan.ts';
import { holdToMatrix } from '../matrix.ts';
import { DEPENDENCE } from './dependence.ts';

/** What is read of the account itself; its regions have a matrix of their own. */
const aws = { ...whole, sources: whole.sources.filter(({ unitKind }) => unitKind === 'account') };
const NOW = rightNow();
const ACCOUNT = companyAccount();
const ofPages = (kind: string): boolean => kind === 'repeat_token' || kind === 'repeat_item';

// CloudTrail and Account Management say that a list goes on and never that it ends: a page that lost its token looks like the last one.
holdToMatrix({
  provider: aws, covers: ({ depth }) => depth !== 'deep', now: NOW, dependence: DEPENDENCE,
  faults: Object.fromEntries(AWS_OPERATIONS.filter(({ name }) => Object.hasOwn(DEPENDENCE, name)).map(({ name, paged }) => [name, FAULTS.filter((kind) => (paged || !PAGING_FAULTS.has(kind)) && !(['ListRegions', 'LookupEvents'].includes(name) && kind === 'no_end_marker'))])),
  harmless: (kind) => kind === 'unknown_field', ofPages, undisturbed: { verdicts: 200, gaps: 1 },
  scan: async (fault) => {
    const kind = FAULTS.find((candidate) => candidate === fault?.kind);
    const afterLogin = fault === null || kind === undefined ? AWS_FAULTS : [...AWS_FAULTS, { operation: fault.operation, kind, retryAfterSeconds: 0 }];
    return scanAccount({ account: ACCOUNT, asOf: NOW, requestTimeoutMs: fault?.kind === 'hang' ? 150 : 5000, attempts: { throttled: 2, transient: 2, malformed: 2 }, afterLogin, pageSize: { '*': fault !== null && ofPages(fault.kind) ? 2 : 1000 } });
  },
});

// SPDX-License-Identifier: Apache-2.0
import { AWS_FAULTS } from '../../../fixtures/company/aws/account.ts';
import { MAIN_REGION } from '../../../fixtures/company/aws/regions.ts';
import { FAULTS, PAGING_FAULTS } from '../../../fixtures/servers/aws-faults.ts';
import { AWS_OPERATIONS } from '../../../fixtures/servers/aws-query.ts';
import { aws } from '../../../scanners/aws/index.ts';
import { companyAccount, rightNow, scanAccount } from '../../scanners/aws/support/scan.ts';
import { holdToMatrix } from '../matrix.ts';
import { DEPENDENCE } from './regions-dependence.ts';

const NOW = rightNow();
const ACCOUNT = companyAccount();
const ofPages = (kind: string): boolean => kind === 'repeat_token' || kind === 'repeat_item';

// A list that says only that it goes on, never that it ends, looks ended where it lost its token; KMS alone says both.
holdToMatrix({
  provider: { ...aws, title: 'AWS, one region', sources: aws.sources.filter(({ unitKind }) => unitKind === 'region') }, now: NOW, dependence: DEPENDENCE,
  faults: Object.fromEntries(AWS_OPERATIONS.filter(({ name }) => Object.hasOwn(DEPENDENCE, name)).map(({ name, paged, paging }) => [name, FAULTS.filter((kind) => (paged || !PAGING_FAULTS.has(kind)) && !(kind === 'no_end_marker' && paging?.truncated === undefined))])),
  harmless: (kind) => kind === 'unknown_field', ofPages, undisturbed: { verdicts: 27, gaps: 3 },
  scan: async (fault) => {
    const kind = FAULTS.find((candidate) => candidate === fault?.kind);
    const afterLogin = fault === null || kind === undefined ? AWS_FAULTS : [...AWS_FAULTS, { operation: fault.operation, kind, retryAfterSeconds: 0 }];
    return scanAccount({ account: ACCOUNT, asOf: NOW, region: MAIN_REGION, depth: 'deep', scope: { configurationValues: true }, requestTimeoutMs: fault?.kind === 'hang' ? 150 : 5000, attempts: { throttled: 2, transient: 2, malformed: 2 }, afterLogin, pageSize: { '*': fault !== null && ofPages(fault.kind) ? 2 : 1000 } });
  },
});

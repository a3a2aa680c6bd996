// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { defineSource } from '../../../src/model/source.ts';
import { awsCommand } from '../command.ts';
import { ACCOUNT, iam } from '../shapes.ts';

/** How long to wait before asking again; a report of a large account takes some seconds. */
const POLL_MS = 2000;

/** Asks IAM to make the credential report, until it is made. Changes nothing but the stored report. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html */
export const credentialReportRequest = defineSource({
  id: 'aws.iam.credential-report-request',
  title: 'Making of the credential report',
  unitKind: ACCOUNT,
  lane: 'aws.iam',
  operations: [iam('GenerateCredentialReport', { input: {} })],
  request: () => ({ service: 'iam', operation: 'GenerateCredentialReport', input: {} }),
  page: {
    schema: z.object({ State: z.string() }),
    count: () => 1,
    end: ({ State }) => {
      if (State === 'COMPLETE') return { last: true };
      return State === 'STARTED' || State === 'INPROGRESS' ? { again: { afterMs: POLL_MS } } : { missing: 'State is none of STARTED, INPROGRESS and COMPLETE' };
    },
  },
  // Nothing of it stands in the inventory; the report is a read of its own.
  rows: () => [],
  command: () => awsCommand('iam', 'GenerateCredentialReport', {}),
});

// SPDX-License-Identifier: Apache-2.0
import { GOOGLE_FAULTS, GOOGLE_PAGING_FAULTS, type GoogleFault } from '../../../fixtures/servers/google-faults.ts';
import { google } from '../../../scanners/google/index.ts';
import { NOW, scanProject } from '../../scanners/google/support/scan.ts';
import { holdToMatrix } from '../matrix.ts';
import { DEPENDENCE } from './dependence.ts';

const OF_PAGES: ReadonlySet<string> = GOOGLE_PAGING_FAULTS;
/** Answers that have no pages, and the one that has no items. */
const WITHOUT_PAGES: ReadonlySet<string> = new Set(['GetProject', 'GetProjectPolicy', 'GetServiceAccountPolicy', 'ListClusters', 'ListServiceAccountKeys', 'GetDenyPolicy']);

function faultFor(operation: string, kind: string): GoogleFault {
  const known = GOOGLE_FAULTS.find((candidate) => candidate === kind);
  if (known === undefined) throw new Error(`no fault ${kind}`);
  return { operation, kind: known };
}

holdToMatrix({
  provider: google, covers: ({ unitKind }) => [unitKind].flat().includes('project'), now: NOW, dependence: DEPENDENCE,
  faults: Object.fromEntries(Object.keys(DEPENDENCE).map((operation) => [operation, GOOGLE_FAULTS.filter((kind) => !(OF_PAGES.has(kind) && WITHOUT_PAGES.has(operation)) && !(['GetProject', 'GetDenyPolicy'].includes(operation) && (kind === 'twice' || kind === 'unknown_field')))])),
  harmless: (kind) => kind === 'unknown_field', ofPages: (kind) => OF_PAGES.has(kind), undisturbed: { verdicts: 56, gaps: 0 },
  scan: async (fault) => scanProject({ depth: 'deep', requestTimeoutMs: fault?.kind === 'hang' ? 500 : 5000, ...(fault === null ? {} : { afterLogin: [faultFor(fault.operation, fault.kind)] }), ...(fault !== null && OF_PAGES.has(fault.kind) ? { pageSize: 1 } : {}) }),
});

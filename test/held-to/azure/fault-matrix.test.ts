// SPDX-License-Identifier: Apache-2.0
import { GRAPH_FAULTS, type GraphFault } from '../../../fixtures/servers/graph-faults.ts';
import { azure } from '../../../scanners/azure/index.ts';
import { NOW, scanTenant } from '../../scanners/azure/support/scan.ts';
import { holdToMatrix } from '../matrix.ts';
import { DEPENDENCE } from './dependence.ts';

/** The routes of Graph, by operation. */
const ROUTES: { readonly [operation: string]: string } = {
  ListOrganization: 'organization', CountApplications: 'applications/$count', ListApplications: 'applications', ListApplicationOwners: 'applications/owners', ListFederatedCredentials: 'applications/federatedIdentityCredentials',
};
const OF_PAGES: ReadonlySet<string> = new Set(['repeat_token', 'expired_page', 'foreign_link', 'other_link']);
/** Faults that only the list of applications, or only the count, can show. */
const ONLY: { readonly [kind: string]: readonly string[] } = { no_credentials: ['ListApplications'], other_count: ['CountApplications'] };
/** What a count cannot show, having neither list nor members. */
const COUNT: ReadonlySet<string> = new Set(['no_list', 'twice', 'unknown_field']);

function faultFor(operation: string, kind: string): GraphFault {
  const route = ROUTES[operation];
  const known = GRAPH_FAULTS.find((candidate) => candidate === kind);
  if (route === undefined || known === undefined) throw new Error(`no route for ${operation}, or no fault ${kind}`);
  return { operation: route, kind: known, retryAfterSeconds: 0 };
}

holdToMatrix({
  provider: azure, now: NOW, dependence: DEPENDENCE,
  faults: Object.fromEntries(Object.keys(ROUTES).map((operation) => [operation, GRAPH_FAULTS.filter((kind) => (ONLY[kind] ?? [operation]).includes(operation) && !(operation === 'CountApplications' && (COUNT.has(kind) || OF_PAGES.has(kind)))
    // Two applications have no owner, and an empty list has nothing to repeat.
    && !(operation === 'ListApplicationOwners' && kind === 'twice'))])),
  harmless: (kind) => kind === 'unknown_field' || kind === 'other_count', ofPages: (kind) => OF_PAGES.has(kind), undisturbed: { verdicts: 45, gaps: 0 },
  scan: async (fault) => scanTenant({
    requestTimeoutMs: fault?.kind === 'hang' ? 400 : 5000, ...(fault === null ? {} : { afterLogin: [faultFor(fault.operation, fault.kind)] }), ...(fault !== null && OF_PAGES.has(fault.kind) ? { pageSize: 2 } : {}),
  }),
});

// SPDX-License-Identifier: Apache-2.0
import { KUBERNETES_FAULTS, KUBERNETES_PAGING_FAULTS, type KubernetesFault } from '../../../fixtures/servers/kubernetes-faults.ts';
import { kubernetes } from '../../../scanners/kubernetes/index.ts';
import { NOW, scanCluster } from '../../scanners/kubernetes/support/scan.ts';
import { holdToMatrix } from '../matrix.ts';
import { DEPENDENCE } from './dependence.ts';
import { REQUESTS } from './requests.ts';

const PAGING: ReadonlySet<string> = KUBERNETES_PAGING_FAULTS;

function faultFor(operation: string, kind: string): KubernetesFault {
  const requests = REQUESTS[operation];
  const known = KUBERNETES_FAULTS.find((candidate) => candidate === kind);
  if (requests === undefined || known === undefined) throw new Error(`no line for ${operation}, or no fault ${kind}`);
  return { kind: known, retryAfterSeconds: 0, ...(requests.operation === undefined ? {} : { operation: requests.operation }), ...(requests.when === undefined ? {} : { when: requests.when }) };
}

holdToMatrix({
  provider: kubernetes, now: NOW, dependence: DEPENDENCE,
  faults: Object.fromEntries(Object.entries(REQUESTS).map(([name, { faults }]) => [name, faults])),
  harmless: (kind) => kind === 'unknown_field', ofPages: (kind) => PAGING.has(kind), undisturbed: { verdicts: 55, gaps: 0 },
  scan: async (fault) => scanCluster({
    requestTimeoutMs: fault?.kind === 'hang' ? 150 : 5000, attempts: { throttled: 2, transient: 2, malformed: 2 }, ...(fault === null ? {} : { afterLogin: [faultFor(fault.operation, fault.kind)] }),
    ...(fault !== null && PAGING.has(fault.kind) ? { pageSize: { '*': 2 } } : {}),
  }),
});

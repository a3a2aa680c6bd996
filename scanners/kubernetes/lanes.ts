// SPDX-License-Identifier: Apache-2.0
import type { Lane } from '../../src/model/source.ts';

/** One lane for a cluster: API priority and fairness counts lists against seats that all users of a level share. */
export const LANES: readonly Lane[] = [
  {
    id: 'kubernetes.api', rate: 200, burst: 50, concurrency: 4, scope: 'target',
    source: 'API priority and fairness gives the level global-default 49 of 600 seats with the defaults, and a list takes up to 10 (https://kubernetes.io/docs/concepts/cluster-administration/flow-control/); 4 lists at once stay within that. The API server limits what runs at once and has no rate of its own; 200 a second is there so that many small namespaces do not come as one burst, and the lane halves on a 429.',
  },
];

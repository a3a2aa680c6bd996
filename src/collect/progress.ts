// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from '../model/ledger.ts';

/** What a scan tells while it runs. */
export type ProgressEvent =
  | { readonly kind: 'unit-started'; readonly unit: string; readonly sources: number }
  | { readonly kind: 'reads-due'; readonly unit: string; readonly source: string; readonly reads: number }
  | { readonly kind: 'read-ended'; readonly unit: string; readonly source: string; readonly ok: boolean }
  | { readonly kind: 'call'; readonly unit: string; readonly source: string; readonly operation: string; readonly outcome: Outcome; readonly willRetry: boolean; readonly waitedMs: number }
  | { readonly kind: 'unit-ended'; readonly unit: string };
export type Progress = (event: ProgressEvent) => void;

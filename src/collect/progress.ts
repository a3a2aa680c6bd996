// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from '../model/ledger.ts';

/** What a scan tells while it runs. */
export type ProgressEvent =
  | { readonly kind: 'unit-started'; readonly unit: string; readonly sources: number }
  /** `estimate`: of a source that only a deep scan reads, how long that takes at the least; told before its first request. */
  | { readonly kind: 'reads-due'; readonly unit: string; readonly source: string; readonly reads: number; readonly estimate?: { readonly title: string; readonly requests: number; readonly perSecond: number } }
  | { readonly kind: 'read-ended'; readonly unit: string; readonly source: string; readonly ok: boolean }
  | { readonly kind: 'call'; readonly unit: string; readonly source: string; readonly operation: string; readonly outcome: Outcome; readonly willRetry: boolean; readonly waitedMs: number }
  | { readonly kind: 'unit-ended'; readonly unit: string }
  /** A unit into which its login does not lead. */
  | { readonly kind: 'unit-unreachable'; readonly unit: string; readonly reason: string }
  /** A unit's list brought so many others into scope. */
  | { readonly kind: 'units-found'; readonly unit: string; readonly units: number };
export type Progress = (event: ProgressEvent) => void;

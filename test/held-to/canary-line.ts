// SPDX-License-Identifier: Apache-2.0

/** How the canaries of a provider travel: the faults with which error messages and fields that nobody named carry them too, and those that are kept out before the detector looks. */
export interface CanaryLine { readonly faults: readonly { readonly operation: string; readonly kind: string }[]; readonly neverKept: readonly string[] }

// SPDX-License-Identifier: Apache-2.0

/**
 * Why a time stamp is not taken. `malformed`: no answer of RFC 3161; `refused`: the authority's own no; `imprint`, `nonce`: it is for something else; `algorithm`: one that is
 * weak or not known here; `signature`: what was signed is not what stands there; `certificate`: its signer may not stamp time; `untrusted`: no path to a certificate of the reader's.
 */
export type TimeStampProblem = 'malformed' | 'refused' | 'imprint' | 'nonce' | 'algorithm' | 'signature' | 'certificate' | 'untrusted';

/** A time stamp that is not taken, and why. */
export class TimeStampError extends Error {
  readonly code: TimeStampProblem;
  constructor(code: TimeStampProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TimeStampError';
    this.code = code;
  }
}

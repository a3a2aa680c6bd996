// SPDX-License-Identifier: Apache-2.0

/** Sentences that may use a refused word, each exactly, with the reason. One that stands nowhere any more is a finding itself. */
export const ALLOWED: readonly { readonly sentence: string; readonly reason: string }[] = [
  { sentence: 'Rollcall prepares evidence for management; it gives no opinion, no score and no certificate.', reason: 'denies it' },
  { sentence: 'It says that evidence *supports* a requirement, never that it satisfies one.', reason: 'denies it' },
  { sentence: 'call anything satisfied', reason: 'stands in the column of what a stage never does' },
  { sentence: 'It is not an opinion, a certification or a score; examining the evidence and reporting on it belongs to an independent CPA firm.', reason: 'the responsibility statement: denies it' },
  { sentence: 'A requirement that checks bear on is supported by them, never satisfied.', reason: 'denies it' },
  { sentence: 'Which evidence it relies on, what it samples and tests, and the opinion.', reason: 'says that the opinion is the CPA firm\'s' },
  { sentence: 'not-satisfied', reason: 'the word of OSCAL\'s format for a finding; its other word is never given' },
];

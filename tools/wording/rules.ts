// SPDX-License-Identifier: Apache-2.0

/** Words that are an auditor's to use, or that promise more than the evidence shows. */
export interface WordingRule { readonly name: string; readonly pattern: RegExp; readonly why: string }

export const WORDING_RULES: readonly WordingRule[] = [
  { name: 'certified', pattern: /\bcertif(?:y|ies|ied|ying|ications?)\b/iu, why: 'nobody is certified by a list; a CPA firm reports, and nobody certifies' },
  { name: 'compliant', pattern: /\b(?:non-?)?compliant\b|\bcompl(?:y|ies|ied) with\b|\b(?:in|out of|full|ensures?|achieves?|proves?|demonstrates?|maintains?|continuous) compliance\b|\bcompliance (?:status|score|rate|percentage|level|posture)\b/iu, why: 'whether a requirement is fulfilled is for an auditor to say' },
  { name: 'soc-spelling', pattern: /\bSOC[ -]?II\b|\bSOC-2\b|\bSOC2\b|\bsoc ii\b/u, why: 'it is written SOC 2®, as an adjective' },
  { name: 'soc-claim', pattern: /\bpass(?:es|ed|ing)?\s+(?:a |an |the |your |its )?(?:SOC|audits?\b|examination)|\bSOC 2®?[ -](?:certified|compliant|compliance|approved|ready|readiness)\b|\baudit[- ]ready\b/iu, why: 'an examination is not passed or failed with evidence' },
  { name: 'proof-against', pattern: /\b(?:audit|tamper|fool|bullet|future)[- ]?proof(?:ed)?\b|\bunhackable\b|\bimmutable\b/iu, why: 'changes are found, not prevented' },
  { name: 'guaranteed', pattern: /\bguarantee(?:s|d|ing)?\b/iu, why: 'nothing here is promised' },
  { name: 'opinion', pattern: /\bopin(?:ions?|es?|ed)\b/iu, why: 'only an independent CPA firm gives one' },
  { name: 'assurance', pattern: /\bassurance\b|\bwe attest\b|\battests? (?:that|to)\b/iu, why: 'assurance is what an independent CPA firm gives' },
  { name: 'satisfied', pattern: /\b(?:un)?satisf(?:y|ies|ied|ying|action)\b/iu, why: 'evidence supports a requirement and never satisfies one' },
  // As a date it says from when something holds: "effective from", "effective since".
  { name: 'effective', pattern: /\b(?:in)?effective(?:ly|ness)?\b(?! (?:from|since|until|on|at|date)\b)/iu, why: 'whether a control operated effectively is the conclusion of an examination' },
];

// SPDX-License-Identifier: Apache-2.0

/** What a field says, for docs/bundle-format.md. A test demands one for every field of every published schema. */
export type Notes = { readonly [field: string]: string };

const ROW: Notes = {
  type: 'what the line is',
  key: '`<unit id>/<native id>`: unique over everything, and what other rows refer to',
  id: "the provider's real id, which survives a rename",
  idBasis: '`provider` for a real id; else what stands in for it, such as `account|root` or `name|slot`',
  kind: 'what it is at its provider, such as `aws.access-key`',
  unit: 'id of the unit (account) it belongs to',
  name: 'its name there; text from the provider, to be escaped wherever it is shown',
  responsibility: '`entity`: management answers for it; `provider`: the provider made and runs it',
  created: 'fact: when it was made, as an interval (`from` null: not known how much earlier)',
  expires: 'fact: when it ends, or that it never does',
  lastUsed: 'fact: most recent use, or none since tracking began',
  refs: 'references to the places in pages that it was read from',
};
const READ: Notes = { unit: 'id of the unit', source: 'which kind of read', parent: 'id of what the read hangs from; null for a list of the unit' };
const FINDING: Notes = { check: "the check's id", checkVersion: 'raised with every change of what the check concludes', subjectType: '`identity`, `credential` or `trust`', unit: 'id of the unit', type: 'what the line is' };

/** Notes by schema, then by field. */
export const FIELD_NOTES: { readonly [schema: string]: Notes } = {
  run: {
    format: 'name and number of this format', run: "the run's id, a UUIDv7: its first digits are its time", derivationVersion: 'raised when derived content would change for the same pages',
    tool: 'program and version', occasion: '`scheduled` or `ad hoc`', depth: 'how much was read: `bulk`, `standard`, `deep`', startedAt: "start, by the scan's own clock", finishedAt: 'end of reading',
    asOf: 'the moment that ages count to', redaction: 'version of the redaction rules, and whether they were on', logins: 'each login, the principal that the provider says it is, and the answer that showed it',
    failedLogins: 'targets whose login did not answer', host: 'the machine that ran it', resumed: 'when it went on after it had been interrupted or killed, and how many calls of lists that had not ended were made again',
  },
  scope: {
    declaredBy: 'whether a configuration declared the units, or the login at hand alone', parentRead: 'whether a parent (an organization) was read for the list of all units', statement: 'the same in words, for the cover',
    units: 'every unit and on what basis it is here', excluded: 'units left out, with reason, approver and end', unreachable: 'units that no login reached', listed: "units that a parent's list has and that were not read: closed, undeclared (a gap in scope), excluded or unreachable", expectedGaps: 'reads that management named beforehand as failing',
    vendorUnits: "other companies' accounts that management knows", ownUnits: "management's own accounts that this scan did not read",
  },
  inputs: { inputs: 'files that people wrote: name, file name and SHA-256 of the file as it was; the parsed content stands beside it' },
  call: {
    ...READ, type: '`call`: an attempt; `skip`: a read that was due and not made', id: "the page's place and `.attempt`", page: 'page number, from 1', attempt: 'try, from 1',
    service: 'service that was asked', operation: 'operation that was asked', parameters: 'what was asked, without secrets', outcome: 'how it ended: a closed list; `ok` and `empty` alone are successes', httpStatus: 'status of the answer; null where none came',
    errorCode: "the provider's own code", message: "the provider's own words, redacted", requestId: "the provider's id of the request, which its audit log knows", providerTime: "the provider's clock (its Date header)",
    startedAt: 'when the request left', durationMs: 'until the answer was read, in milliseconds', waitedMs: 'time in the lane before it, in milliseconds', lane: 'the limit it waited for', retryAfterMs: 'the wait that the provider asked for',
    willRetry: 'whether another try follows', endpoint: 'where it went', items: 'how many items the page lists', unknownFields: 'fields that the provider sent and no schema names', kind: 'of a skip: by the chosen depth, settled by a bulk read, or its parent was not read', reason: 'of a skip: why, in words',
  },
  page: {
    ...READ, page: 'page number, from 1', call: 'id of the call that brought it', providerTime: "the provider's clock", receivedAt: 'when it was read',
    body: 'the answer, decoded to plain JSON, reduced to the fields that are used, redacted: a removed value is `{"$redacted": rule}`', unknown: 'fields that were dropped: place, type and count, never the value',
  },
  redaction: { ...READ, page: 'page number', pointer: 'JSON pointer into the body', rule: 'the rule that removed the value; no digest and no length of it is kept' },
  coverage: {
    units: 'what became of every unit, with the sums of its reads', gaps: 'each read that was due and did not end well, with what is unknown for it', skips: 'reads that were not due, by source and reason, counted, and in how many units',
    controlTotals: "the provider's own counts, before and after, against ours", equalTotals: 'counts that are equal in each of more than 20 units, as one group', principals: 'principals by class, and whether the four add up to the control total', unknownFields: 'fields that the provider sent and no schema names, over all units',
    redactions: 'values removed, by source and rule', unplaced: 'rows that no join could place', lists: 'which lists closed: for each unit a pattern, in which each kind has null or why its lists did not close', blindSpots: 'what no interface shows', clock: "greatest difference to the provider's clock, and the limit",
  },
  'coverage-unit': {
    unit: 'id of the unit', sources: 'each source with its reads due, complete, failed and skipped, its calls, pages and items', skips: 'reads that were not due, by source and reason, counted',
    controlTotals: "the provider's own counts of it, before and after, against ours", listed: 'how many rows of each kind it has, where the lists behind it closed; else why that is not known',
  },
  identity: {
    ...ROW, address: "the provider's own full name, such as an ARN", classification: '`human`, `non-human`, `both` or `undecided`, with the rule or declaration that decided', interactiveLogin: 'fact: whether a person can sign in as it',
    privilege: 'fact: whether it is an administrator, and through what', tags: 'fact: its tags, redacted', owner: 'fact: who answers for it, from what source and how surely; known `null` means that everything was read and nothing names one',
    purpose: 'fact: what it is for', review: 'fact: its last review; *typed only*, since nothing here proves who typed', credentialCounts: 'facts: how many credentials of each kind it holds; known only where that list closed', particulars: 'facts that only its provider has, by name; the provider\'s page lists them', self: 'whether Rollcall itself used it',
  },
  credential: { ...ROW, identity: 'key of the identity that holds it; null for one of the unit itself', status: 'fact: active, inactive or expired', audience: 'what it opens, where the provider says', particulars: 'facts that only its provider has, by name; the provider\'s page lists them' },
  grant: { ...ROW, identity: 'key of the identity that has it', policy: 'the policy', via: 'how it comes to the identity: attached, inline, through a group', administrator: 'fact: whether this policy alone makes an administrator' },
  trust: { ...ROW, identity: 'key of the identity that may be entered', principalKind: 'what sort of principal may enter', principal: 'the principal, as the policy names it', external: "fact: whether it lies outside management's own accounts", conditions: 'conditions of the statement: operator, key and values, redacted' },
  event: {
    type: '`event`: something happened; `event-window`: over which time such events were read', key: 'unique over everything', unit: 'id of the unit', id: "the provider's own id of the event", kind: '`created`, `enabled`, `disabled`, `deleted` or `changed`', operation: "the provider's name of what was done",
    at: 'when, as the provider says', subjectType: '`identity` or `credential`', subjectKind: 'the kind of row that it is about', subject: 'key of that row; null where the event does not give its id', name: 'name of the subject or its holder; text from the provider', identity: 'key of the holder, where given', actor: 'who did it, as the provider says', refs: 'references to the places in pages that it was read from',
    from: 'start of the time that was asked for', to: 'its end', complete: 'whether the list was read to its end', subjects: 'whether such events give the id of what they are about, or its `name` only: then that no event has a certain id says nothing', retention: 'how long the provider keeps such events',
  },
  object: { ...ROW, detail: 'what else is counted of it' },
  verdict: {
    ...FINDING, subject: 'key of the row it is about', subjectKind: 'kind of that row', result: '`met`, `not_met`, `not_evaluated`, `needs_review`, `not_applicable`, `not_occurring`', severity: "the check's severity; not a score",
    observed: 'what was seen', expected: 'what is held to be met, with numbers', thresholds: "each number and whose it is: management's, a standard's, or this tool's default", reason: 'why, in words',
    refs: 'references to pages', inputs: 'references to inputs', calls: 'ledger entries, where it stands on a failed read', count: 'of folded `not_applicable` lines: how many subjects', subjectsSha256: 'of folded lines: SHA-256 over the sorted subjects',
  },
  evidence: {
    control: "the control in management's words, with owner, frequency, policy and checks", asOf: 'the moment that ages count to', run: "the run's id", population: 'file, digest, count, control total, and on what its completeness rests',
    whatWasDone: 'procedure, in words', checks: 'each check with its thresholds and results, counted', deviationCandidates: 'subjects for which a check of this control is not met', notEvaluated: 'subjects that could not be judged, and the failed calls', doesNotCover: 'what this record says nothing about', responsibility: 'who answers for what',
  },
  frameworks: { responsibility: 'who answers for what', note: 'what the relations mean', frameworks: 'each framework in its version: which checks and controls bear on which requirement, and what nothing here bears on' },
  seal: { payloadType: '`application/vnd.in-toto+json`', payload: 'the statement, in base64', signatures: 'Ed25519 over the DSSE pre-authentication encoding; `keyid` is the SHA-256 of the public key' },
  statement: { _type: 'in-toto Statement v1', subject: 'the tag manifest and its SHA-256: through it every byte of the bag', predicateType: 'what the predicate is', predicate: 'run, versions, time, counts, and the number of reads that did not end well' },
  'review-sheet': {
    format: 'name and number of this format', review: 'id of the review', run: 'the run whose population it is', asOf: 'the moment that its ages count to', population: '`credentials` or `non-human-identities`', populationSha256: "SHA-256 of the population's CSV file",
    opens: 'from when decisions count as within the window', closes: 'until when', items: 'each row of the population, under its number, with what a reviewer has to see; cells as in the CSV file, `key` and `recordedOwner` exact', groups: 'items that may be decided together', represented: 'management representation: never read, never counted as read; null where none was recorded',
  },
  'review-decisions': { format: 'name and number of this format', review: 'id of the review', sheetSha256: 'the sheet that was decided upon', items: 'key, decision and reason of each item' },
  representation: { format: 'name and number of this format', origin: 'name of the file', fileSha256: 'SHA-256 of the file as it was', rows: 'system, credential and what management says of it' },
  'log-event': {
    event: 'what happened', sequence: 'place in the log, from 0 without a hole', at: 'when it was logged, by the clock of the machine; what it takes effect from stands in `effective`', run: "the run's id", tool: 'program and version', occasion: '`scheduled` or `ad hoc`', targets: 'names of the logins to use',
    collectedSha256: 'digest over everything collected, before anything is derived', tagManifestSha256: 'digest of the sealed bag', statementSha256: 'digest of the signed statement', keyId: 'the key that signed', earlierTagManifestSha256: 'digest of the bag that was sealed before', reason: 'why, in words',
    by: 'the person who acted, and what shows that it was they (`basis`)', approvedBy: 'the person who approved', requestedBy: 'the person who asked', samePersonReason: 'why one person stands on both sides; null where two do', effective: 'from when it holds; earlier than `at` is shown as retroactive',
    schedule: 'name of the schedule', firstSlot: 'its first slot', every: 'how often from then on, by the calendar in UTC', graceHours: 'how long after a slot a run is still on time', control: 'the control that it belongs to', acceptance: 'id of the acceptance', match: 'patterns of checks, units and subjects that it is over', ticket: 'reference in the organization\'s own system', expires: 'its last day',
    deviation: 'id of the deviation', about: 'the results, slots or review items that did not operate', began: 'since when, as an interval', detected: 'when it was found', detectedIn: 'the run that found it', words: 'what management says of it; null where nobody has said it', repaired: 'when it was mended', provenBy: 'the run that shows the repair', improvement: 'id of the improvement', text: 'what it is', from: 'what it was drawn from, or the first day', owner: 'who answers for it', due: 'until when',
    review: 'id of the review', population: 'name of the frozen population', populationSha256: 'digest of its file', sheetSha256: 'digest of the frozen sheet, a document of the archive', count: 'how many items', opens: 'first moment of its window', closes: 'last moment of its window', authority: 'by what the reviewer may decide', role: 'as `owner` or `approver`', decisionsSha256: 'digest of the decisions, a document of the archive', note: 'a remark', documentSha256: 'digest of a document of the archive',
    size: 'how many leaves the checkpoint is over', checkpointSha256: "digest of the checkpoint's exact text", anchor: 'what outside the archive remembers it', publicKeyPem: 'the public key', custody: 'where its private half is kept', pack: 'name of the pack', to: 'the last day', manifestSha256: "digest of the pack's manifest", extends: 'manifest digest of the pack that it adds to',
  },
  period: {
    format: 'name and number of this format', responsibility: 'who answers for what', from: 'first day, in UTC', to: 'last day, counted whole', asOf: 'the moment up to which the archive was looked at', log: 'the log: its name, how many entries, their root, and what outside remembers them',
    runs: 'every run of the period that the log tells of, and the last one before it', selection: 'which runs the rest stands on', schedules: 'what management declared', slots: 'what became of each slot', notCovered: 'days that no run speaks for', coverageGaps: 'what runs could not read',
    changes: 'what decides what runs read and conclude, and was changed', opening: 'the populations at the beginning', closing: 'the populations at the end', additions: 'what came', removals: 'what went, each proven', reconciliation: 'opening, additions, removals and closing as one equation', differences: "where the provider's audit log and the lists disagree",
    eventWindows: "which audit logs were read, over which time", controls: "management's controls, with what was not met on their checks", observations: 'what was not met on checks of no control', deviations: 'where a control did not operate, with all that was said of it', unexplained: 'what nobody has said anything about', acceptances: 'risks accepted at some time of the period',
    reviews: 'what was decided, and whether it was done', represented: 'what management represents and this tool did not read', indicators: 'counts of each run', improvements: 'what management drew from it', blindSpots: 'what no interface shows',
  },
  pack: {
    format: 'name and number of this format', kind: '`period`, or `addition` to a pack that was handed over', pack: 'its name', from: 'first day', to: 'last day', madeAt: 'when it was made', tool: 'program and version', organization: 'whose evidence it is', preparedBy: 'the person who prepared it; null until one says so',
    runs: 'the sealed runs that it is about, with the digest of each', leftOut: 'what the log names and the pack does not hold, and why', extends: 'tag manifest digest of the pack that it adds to',
  },
  'pack-statement': { _type: 'in-toto Statement v1', subject: 'the tag manifest and its digest', predicateType: 'what the rest is', predicate: 'name, days, files and bytes, and the log' },
  'pack-requests': { origin: 'name of the file', sha256: 'its digest', requests: "the auditor's requests in their order, and what answers each" },
  'verify-report': { bundle: 'the folder that was looked at', run: "the run's id, null where it cannot be read", verdicts: 'six, each with its result, findings and what it does not show', required: 'those that must pass', exitCode: '0 all required pass; 1 something failed; 3 a required one cannot be said' },
  'log-proof': {
    proof: '`consistency` of two checkpoints of a log, or `inclusion` of one entry under a checkpoint', from: 'the earlier checkpoint as signed, and its size', to: 'the later checkpoint as signed, and its size', hashes: 'the path in base64, in the order of RFC 6962, 2.1.1 and 2.1.2',
    sequence: 'number of the entry, from 0', leaf: "the entry's exact text: what is hashed, without a line end", checkpoint: 'the checkpoint as signed', size: 'how many entries it is over',
  },
  diff: {
    a: 'the earlier run', b: 'the later run', created: 'created between the two, proven by a complete list of A or by its date', rotated: 'a holder has a newer credential of a kind, and an older one ended since A; nothing says that one replaces the other',
    enabled: 'became active', disabled: 'became inactive', revoked: 'gone, with the proof', reappeared: 'came back after it was proven gone; told only where both are runs of the archive', between: "known only from the provider's audit log: came and went between the runs",
    changed: 'owner, purpose, privilege, class, name, expiry: before and after', differences: "where the provider's audit log and the lists disagree; neither is corrected by the other", verdicts: 'each check and subject whose verdict is another',
    basis: 'what the runs stand on: scope, rules, thresholds, controls, inputs, tool, depth', notComparable: 'what one run or both did not read to the end, and what therefore is neither created nor gone',
    failOnNew: 'the answer to `--fail-on-new`: `new` and `cannot say` stand apart; null where it was not asked',
  },
  'mapping-framework': {
    id: 'the framework', version: 'its version: ids mean nothing without', title: 'its title', licence: 'licence of its text', source: 'where it was read', textPolicy: '`full` only where the licence lets it', items: 'its requirements', withdrawn: 'ids that are no longer valid, with their successors', notCovered: 'requirements that nothing here bears on, with the reason', otherIds: 'ids of the framework that management may name for a control and that nothing here bears on',
  },
  'mapping-row': { check: "the check's id", framework: 'the framework', version: 'its version', item: 'the requirement', relation: '`tests` or `supports`', rationale: 'why, in our own words' },
};

// SPDX-License-Identifier: Apache-2.0
import type { Check, Surroundings } from '../../src/checks/define.ts';
import type { Fact, Unknown, UnknownCause } from '../../src/model/fact.ts';
import type { Credential, Identity, Trust } from '../../src/model/row.ts';
import type { UnitInventory } from '../../src/model/source.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { credential, identity, inventoryOf, read, ROWS_AS_OF, ROWS_UNIT, unread } from '../support/rows.ts';
import { parametersOf, rowsOf, say, type Case, type CaseFile, type Rows, type Said } from './cases.ts';
import { runAll } from '../support/run-checks.ts';

const CAUSES: readonly UnknownCause[] = ['denied', 'throttled', 'not_requested', 'incomplete', 'malformed'];
const CONCLUDES = new Set(['met', 'not_met', 'needs_review']);

/** What is wrong with a check, held against its cases and against everything that can be unread around them; nothing for a sound one. */
export function contractProblems(check: Check, file: CaseFile): readonly string[] {
  const problems: string[] = [];
  const note = (text: string, step: () => readonly string[]): void => {
    try {
      problems.push(...step().map((problem) => `${text}: ${problem}`));
    } catch (error) {
      problems.push(`${text}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const given of file.cases) note(given.name, () => caseProblems(check, given));
  note('gives', () => givesProblems(check, file));
  for (const [name, parameter] of Object.entries(check.parameters)) if (typeof parameter.default === 'number') note(`parameter ${name}`, () => thresholdProblems(check, file, name));
  note('needs', () => needProblems(check, file));
  note('particulars', () => particularProblems(check, file));
  note('lists', () => listProblems(check));
  return problems;
}

function caseProblems(check: Check, given: Case): readonly string[] {
  const said = say(check, rowsOf(check, given), given.asOf, given.parameters);
  const problems: string[] = [];
  if (said.result !== given.expect.result) problems.push(`says ${said.result} (${said.reason}), expected ${given.expect.result}`);
  if (!said.reason.includes(given.expect.reasonIncludes ?? '')) problems.push(`its reason is "${said.reason}", which does not say "${given.expect.reasonIncludes ?? ''}"`);
  if (CONCLUDES.has(said.result) && (said.verdict?.refs.length ?? 0) === 0) problems.push('concludes without a page');
  if (said.verdict?.expected.includes('{') === true) problems.push(`its expectation has a hole: ${said.verdict.expected}`);
  return problems;
}

function givesProblems(check: Check, { gives, cases }: CaseFile): readonly string[] {
  // A fact that is not known ends every check as not evaluated; only what it says of known facts is its own.
  const own = cases.filter((given) => say(check, rowsOf(check, given), given.asOf, given.parameters).verdict?.observed['unknown'] === undefined);
  const seen = new Set(own.map(({ expect }) => expect.result));
  const missing = [...new Set([...gives, 'met' as const, 'not_met' as const])].filter((result) => !seen.has(result)).map((result) => `no case gives ${result}`);
  return [...missing, ...[...seen].filter((result) => !gives.includes(result)).map((result) => `a case gives ${result}, which is not among those that it can give`)];
}

/** A case at the limit is met and breaks when the limit is a day less; one a day past it is not met and holds when the limit is a day more. */
function thresholdProblems(check: Check, { cases }: CaseFile, name: string): readonly string[] {
  const problems: string[] = [];
  const at = cases.filter((given) => given.at === name);
  const past = cases.filter((given) => given.past === name);
  if (at.length === 0) problems.push('no case stands at the limit');
  if (past.length === 0) problems.push('no case stands a day past the limit');
  const result = (given: Case, more: number): string => {
    const value = given.parameters[name] ?? check.parameters[name]?.default;
    return say(check, rowsOf(check, given), given.asOf, { ...given.parameters, [name]: Number(value) + more }).result;
  };
  for (const given of at) if (result(given, 0) !== 'met' || result(given, -1) !== 'not_met') problems.push(`${given.name} does not stand at the limit: ${result(given, 0)}, a day less ${result(given, -1)}`);
  for (const given of past) if (result(given, 0) !== 'not_met' || result(given, 1) !== 'met') problems.push(`${given.name} does not stand a day past the limit: ${result(given, 0)}, a day more ${result(given, 1)}`);
  return problems;
}

/** Turns every fact of the rows unknown, one after the other: where a needed fact goes, so does the conclusion, with its cause and calls; where none goes, nothing changes. */
function needProblems(check: Check, { cases }: CaseFile): readonly string[] {
  const problems: string[] = [];
  const gone = new Set<string>();
  for (const given of cases.filter(({ expect }) => CONCLUDES.has(expect.result))) {
    const rows = rowsOf(check, given);
    const before = say(check, rows, given.asOf, given.parameters);
    for (const [field, change] of changes(check, rows)) {
      for (const cause of CAUSES) {
        const fact = unread(cause, `${field} ended as ${cause}`);
        const changed = change(fact);
        const said = say(check, changed, given.asOf, given.parameters);
        const lost = lostNeeds(check, changed);
        for (const name of lost) gone.add(name);
        const problem = lost.length === 0 ? same(before, said) : follows(said, fact);
        if (problem !== null) problems.push(`${given.name}, ${field} ${cause}: ${problem}`);
      }
    }
  }
  for (const name of Object.keys(check.needs)) if (!gone.has(name)) problems.push(`no unread fact makes ${name} unknown`);
  if (gone.size === 0) problems.push('nothing that is unread stops it from concluding');
  return problems;
}

/** Takes each particular from the rows, and gives it a value of another shape: where the check needs it, neither is a conclusion; where not, nothing changes. */
function particularProblems(check: Check, { cases }: CaseFile): readonly string[] {
  const problems: string[] = [];
  for (const of of cases.filter(({ expect }) => CONCLUDES.has(expect.result))) {
    const rows = rowsOf(check, of);
    const before = say(check, rows, of.asOf, of.parameters);
    const [credential] = rows.credentials;
    const held: readonly (readonly [Identity['particulars'], (particulars: NonNullable<Identity['particulars']>) => Rows])[] = [
      [rows.identity.particulars, (particulars) => ({ ...rows, identity: { ...rows.identity, particulars } })],
      ...(check.subject === 'credential' && credential !== undefined ? [[credential.particulars, (particulars: NonNullable<Identity['particulars']>): Rows => ({ ...rows, credentials: rows.credentials.with(0, { ...credential, particulars }) })] as const] : []),
    ];
    for (const [given, name, put] of held.flatMap(([facts = {}, change]) => Object.keys(facts).map((one) => [facts, one, change] as const))) {
      const { [name]: _, ...others } = given;
      for (const [cause, particulars] of [['no_source', others], ['unrecognized', { ...others, [name]: read('another shape') }]] as const) {
        const changed = put(particulars);
        const said = say(check, changed, of.asOf, of.parameters);
        if (lostNeeds(check, changed).length === 0 ? said.result !== before.result : said.result !== 'not_evaluated' || said.verdict?.observed['cause'] !== cause) problems.push(`${of.name}, ${name} ${cause}: says ${said.result}`);
      }
    }
  }
  return problems;
}

function same(before: Said, said: Said): string | null {
  return said.result === before.result || said.result === 'not_applicable' ? null : `says ${said.result} although nothing that it needs changed`;
}

function follows(said: Said, fact: Unknown): string | null {
  if (said.result !== 'not_evaluated') return `says ${said.result}`;
  if (said.reason !== fact.detail) return `its reason is "${said.reason}"`;
  if (said.verdict?.observed['cause'] !== fact.cause) return 'does not carry the cause';
  return fact.calls.every((call) => said.calls.includes(call)) ? null : 'does not carry the calls';
}

function lostNeeds(check: Check, rows: Rows): readonly string[] {
  const subject = check.subject === 'identity' ? rows.identity : check.subject === 'credential' ? rows.credentials[0] : rows.trusts[0];
  const around: Surroundings = { identity: rows.identity, credentials: rows.credentials };
  if (subject === undefined || check.applies(subject, around) !== true) return [];
  return Object.entries(check.needs).filter(([, need]) => need(subject, around).status === 'unknown').map(([name]) => name);
}

type Change = readonly [field: string, change: (fact: Unknown) => Rows];

function changes(check: Check, rows: Rows): readonly Change[] {
  const { identity: held, credentials } = rows;
  const ofCredentials = credentials.flatMap((row, index) => (['status', 'created', 'expires', 'lastUsed'] as const).map((name): Change => [`${name} of credential ${index}`, (fact) => ({ ...rows, credentials: credentials.with(index, { ...row, [name]: fact }) })]).concat(
    Object.keys(row.particulars ?? {}).map((name): Change => [`${name} of credential ${index}`, (fact) => ({ ...rows, credentials: credentials.with(index, { ...row, particulars: { ...row.particulars, [name]: fact } }) })]),
  ));
  if (check.subject === 'credential') return ofCredentials;
  if (check.subject === 'trust') {
    const first = rows.trusts[0];
    if (first === undefined) return [];
    const put = (more: Partial<Trust>): Rows => ({ ...rows, trusts: [{ ...first, ...more }] });
    return [['whether it is external', (fact) => put({ external: fact })], ['its policy', (fact) => put({ principalKind: 'other', principal: '(not read)', conditions: [], external: fact })]];
  }
  const fields = ['created', 'lastUsed', 'interactiveLogin', 'privilege', 'tags', 'owner', 'purpose', 'review'] as const;
  return [
    ...ofCredentials,
    ...fields.map((name): Change => [name, (fact) => ({ ...rows, identity: { ...held, [name]: fact } })]),
    ...Object.keys(held.particulars ?? {}).map((name): Change => [name, (fact) => ({ ...rows, identity: { ...held, particulars: { ...held.particulars, [name]: fact } } })]),
    ...Object.keys(held.credentialCounts).map((kind): Change => [`count of ${kind}`, (fact) => ({ ...rows, identity: { ...held, credentialCounts: { ...held.credentialCounts, [kind]: fact } } })]),
  ];
}

/** Lists that did not close are not evaluated, for the unit and for each holder; lists that closed without a row are said not to occur, with their pages. */
function listProblems(check: Check): readonly string[] {
  const problems: string[] = [];
  const empty = inventoryOf({});
  const kinds = check.kinds.includes('*') ? empty.identityKinds : check.kinds;
  const none = run(check, empty);
  if (none.length !== 1 || none[0]?.result !== 'not_occurring' || none[0].subject !== ROWS_UNIT || none[0].refs.length === 0) problems.push(`closed lists without a row give ${words(none)}`);
  for (const kind of kinds) {
    for (const cause of CAUSES) {
      const fact = unread(cause, `${kind} ended as ${cause}`);
      const unlisted = run(check, inventoryOf({}, { [kind]: fact }));
      const own = unlisted.find(({ subject, subjectKind }) => subject === ROWS_UNIT && subjectKind === kind);
      if (unlisted.some(({ result }) => result !== 'not_evaluated') || own === undefined || !fact.calls.every((call) => own.calls.includes(call))) problems.push(`${kind} ${cause} gives ${words(unlisted)}`);
      if (check.subject === 'credential') problems.push(...holderProblems(check, kind, fact));
    }
    const { [kind]: _, ...others } = empty.populations;
    // A kind that nothing lists is missed only in a unit of its own provider.
    const absent = run(check, { ...empty, populations: others }, `${kind.split('.')[0] ?? ''}:1`);
    if (absent.length !== 1 || absent[0]?.result !== 'not_evaluated' || absent[0].observed['cause'] !== 'no_source') problems.push(`${kind} in no list gives ${words(absent)}`);
  }
  return problems;
}

function holderProblems(check: Check, kind: string, fact: Fact<number>): readonly string[] {
  const holder: Identity = identity({ credentialCounts: { [kind]: fact } });
  const other: Credential = credential({ kind });
  const said = run(check, inventoryOf({ identities: [holder], credentials: [other] })).filter(({ subject }) => subject === holder.key);
  const verdict = said[0];
  return said.length === 1 && verdict?.result === 'not_evaluated' && verdict.subjectType === 'identity' && verdict.calls.length === 1 ? [] : [`a holder whose ${kind} were not listed gives ${words(said)}`];
}

function run(check: Check, inventory: UnitInventory, unit = ROWS_UNIT): readonly Verdict[] {
  return runAll([check], unit, inventory, parametersOf(check, {}), ROWS_AS_OF).verdicts;
}

function words(verdicts: readonly Verdict[]): string {
  return verdicts.map(({ result, subject }) => `${result} of ${subject}`).join(', ') || 'nothing';
}

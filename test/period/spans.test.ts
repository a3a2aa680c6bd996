// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeJsonLines } from '../../src/bundle/jsonl.ts';
import { BUNDLE } from '../../src/bundle/layout.ts';
import { plusDays, type Instant } from '../../src/model/instant.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import type { RunFacts } from '../../src/period/run-facts.ts';
import { spansOver, type Span } from '../../src/period/spans.ts';
import { credential, ref, ROWS_UNIT } from '../support/rows.ts';
import { temporaryFolder } from '../support/temp.ts';

const FIRST = '2026-07-06T05:00:00.000Z' as Instant;
const KEY = `${ROWS_UNIT}/AKIAONE`;

/** What a run saw of one key: its result, or that it was not among its rows; and whether the list of its kind closed. */
interface Seen { readonly result: Verdict['result'] | 'folded' | 'absent'; readonly closed?: boolean }

function verdict(result: Verdict['result']): Verdict {
  return {
    type: 'verdict', check: 'aws-access-key-age', checkVersion: 1, subjectType: 'credential', subject: KEY, subjectKind: 'aws.access-key', unit: ROWS_UNIT, result, severity: 'medium',
    observed: {}, expected: 'at most 60 days', thresholds: [], reason: `it is ${result}`, refs: [ref()], inputs: [], calls: [],
  };
}

async function runOf(index: number, { result, closed = true }: Seen): Promise<RunFacts> {
  const bundle = await temporaryFolder();
  await mkdir(join(bundle, 'data/inventory'), { recursive: true });
  await writeJsonLines(join(bundle, BUNDLE.verdicts), result === 'absent' || result === 'folded' ? [] : [verdict(result)]);
  await writeJsonLines(join(bundle, BUNDLE.credentials), result === 'absent' ? [] : [credential({ id: 'AKIAONE' })]);
  await writeJsonLines(join(bundle, BUNDLE.identities), []);
  await writeJsonLines(join(bundle, BUNDLE.trusts), []);
  const facts: Pick<RunFacts, 'bundle'> & { readonly run: { readonly run: string; readonly startedAt: Instant }; readonly coverage: { readonly lists: RunFacts['coverage']['lists'] } } = {
    bundle, run: { run: `run ${index}`, startedAt: plusDays(FIRST, index * 7) }, coverage: { lists: { patterns: [{ 'aws.access-key': closed ? null : 'denied' }], units: { [ROWS_UNIT]: 0 } } },
  };
  // Of a run's facts only these are looked at.
  return facts as RunFacts;
}

async function over(...seen: readonly Seen[]): Promise<readonly Span[]> {
  return spansOver(await Promise.all(seen.map((one, index) => runOf(index, one))));
}
const short = (spans: readonly Span[]): readonly string[] => spans.map(({ first, last, end, before }) => `${before === null ? '' : `${before.state} before, `}${first.run} to ${last.run}${end === null ? '' : `, ${end.state} in ${end.run}`}`);
const not: Seen = { result: 'not_met' };

describe('what was not met, over runs', () => {
  test.each<[string, readonly Seen[], readonly string[]]>([
    ['once and for all', [not, not, not], ['run 0 to run 2']],
    ['until it is met', [not, not, { result: 'met' }, { result: 'met' }], ['run 0 to run 1, met in run 2']],
    ['after it had been met', [{ result: 'met' }, not], ['met before, run 1 to run 1']],
    ['of a key that was not there', [{ result: 'absent' }, not], ['not listed before, run 1 to run 1']],
    ['of a key of which an unread list says nothing', [{ result: 'absent', closed: false }, not], ['cannot say before, run 1 to run 1']],
    ['of a key that nobody could judge', [{ result: 'not_evaluated' }, not], ['cannot say before, run 1 to run 1']],
    ['until a complete list lacks the key: gone', [not, { result: 'absent' }], ['run 0 to run 0, gone in run 1']],
    ['until a list that did not close lacks it: cannot say', [not, { result: 'absent', closed: false }], ['run 0 to run 0, cannot say in run 1']],
    ['until nobody can judge it: cannot say', [not, { result: 'not_evaluated' }], ['run 0 to run 0, cannot say in run 1']],
    ['with a run between that could not say: one and the same', [not, { result: 'not_evaluated' }, not], ['run 0 to run 2']],
    ['with a run between that could not say, then met', [not, { result: 'absent', closed: false }, { result: 'met' }], ['run 0 to run 0, met in run 2']],
    ['until it does not apply any more', [not, { result: 'folded' }], ['run 0 to run 0, not applicable in run 1']],
    ['twice, with a time between in which it was met', [not, { result: 'met' }, not], ['run 0 to run 0, met in run 1', 'met before, run 2 to run 2']],
    ['never', [{ result: 'met' }, { result: 'met' }], []],
  ])('%s', async (_name, seen, expected) => {
    expect(short(await over(...seen))).toEqual(expected);
  });
});

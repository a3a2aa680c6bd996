// SPDX-License-Identifier: Apache-2.0
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeAge } from '../../src/checks/age.ts';
import type { Evaluation } from '../../src/checks/define.ts';
import { judgeIdle } from '../../src/checks/idle.ts';
import { breadthOf, KNOWN_ISSUERS } from '../../src/checks/oidc-issuers.ts';
import type { When } from '../../src/model/instant.ts';
import type { LastUse } from '../../src/model/row.ts';
import { daysBefore, ROWS_AS_OF } from '../support/rows.ts';

const days = fc.integer({ min: 0, max: 6_000 });
const when: fc.Arbitrary<When> = fc.tuple(days, fc.option(days)).map(([least, more]) => ({ to: daysBefore(least), from: more === null ? null : daysBefore(least + more) }));
const lastUse: fc.Arbitrary<LastUse> = fc.oneof(days.map((ago) => ({ at: daysBefore(ago) })), fc.option(days).map((ago) => ({ none: true as const, since: ago === null ? null : daysBefore(ago) })));
const limit = fc.integer({ min: 1, max: 6_000 });

/** What holds of every limit in days: a longer one never makes worse, a shorter one never better. */
function expectMonotone(judge: (limitDays: number) => Evaluation, limitDays: number): void {
  const result = judge(limitDays).result;
  if (result === 'met') expect(judge(limitDays + 1).result).toBe('met');
  if (result === 'not_met') expect(judge(limitDays - 1).result).toBe('not_met');
  expect(['met', 'not_met', 'not_evaluated']).toContain(result);
}

describe('an age', () => {
  it('that meets a limit meets every longer one', () => {
    fc.assert(fc.property(when, limit, (created, limitDays) => expectMonotone((value) => judgeAge(created, value, ROWS_AS_OF, 'made'), limitDays)));
  });

  it('is open exactly where its bounds lie on both sides of the limit', () => {
    fc.assert(fc.property(days, days, limit, (least, more, limitDays) => {
      const { result } = judgeAge({ to: daysBefore(least), from: daysBefore(least + more) }, limitDays, ROWS_AS_OF, 'made');
      expect(result).toBe(least > limitDays ? 'not_met' : least + more <= limitDays ? 'met' : 'not_evaluated');
    }));
  });
});

describe('idleness', () => {
  it('that meets a limit meets every longer one', () => {
    fc.assert(fc.property(lastUse, when, limit, (use, created, limitDays) => expectMonotone((value) => judgeIdle(use, created, value, ROWS_AS_OF, () => 'not used'), limitDays)));
  });

  it('without a recorded use is met only by what is surely younger than the limit', () => {
    fc.assert(fc.property(fc.option(days), when, limit, (since, created, limitDays) => {
      const { result } = judgeIdle({ none: true, since: since === null ? null : daysBefore(since) }, created, limitDays, ROWS_AS_OF, () => 'not used');
      expect(result === 'met').toBe(created.from !== null && created.from >= daysBefore(limitDays + 1) && created.from !== daysBefore(limitDays + 1));
    }));
  });

  it('is never held against a time before tracking began', () => {
    fc.assert(fc.property(days, when, limit, (since, created, limitDays) => {
      const { result } = judgeIdle({ none: true, since: daysBefore(since) }, created, limitDays, ROWS_AS_OF, () => 'not used');
      if (since <= limitDays) expect(result).not.toBe('not_met');
    }));
  });
});

describe('the breadth of a web identity subject', () => {
  const ORDER = ['one', 'several', 'anybody'];
  const subject = fc.oneof(
    fc.constantFrom('repo:o/r:ref:refs/heads/main', 'repo:o/r:environment:prod', 'repo:o/r:pull_request', 'project_path:g/s/p:ref_type:branch:ref:main', 'organization:o:project:p:workspace:w:run_phase:apply', 'system:serviceaccount:n:s', 'job_workflow_ref:o/r'),
    fc.string({ maxLength: 30 }),
  );

  it('never narrows when a part of it becomes a wildcard', () => {
    fc.assert(fc.property(subject, fc.nat(), fc.nat(), fc.constantFrom(null, ...KNOWN_ISSUERS), (text, from, length, issuer) => {
      const start = from % (text.length + 1);
      const wider = `${text.slice(0, start)}*${text.slice(start + (length % (text.length - start + 1)))}`;
      expect(ORDER.indexOf(breadthOf(wider, issuer))).toBeGreaterThanOrEqual(ORDER.indexOf(breadthOf(text, issuer)));
      expect(breadthOf(wider, issuer)).not.toBe('one');
    }), { numRuns: 500 });
  });
});

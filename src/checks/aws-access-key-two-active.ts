// SPDX-License-Identifier: Apache-2.0
import { ageInDays } from '../model/instant.ts';
import { every, known } from '../model/fact.ts';
import { cannotSay, days, defineCheck, met, notMet } from './define.ts';
import { active } from './listed.ts';

/** A user keeps two active keys beyond a rotation's overlap. */
export const awsAccessKeyTwoActive = defineCheck({
  id: 'aws-access-key-two-active',
  version: 1,
  subject: 'identity',
  kinds: ['aws.user'],
  severity: 'medium',
  title: 'User keeps two active access keys',
  rationale: 'The second key is meant for the days of a rotation; kept longer it doubles what can leak and leaves no room to rotate.',
  remediation: 'Finish the rotation: move what still uses the older key, deactivate it, delete it.',
  limits: 'Shows that both keys work, not which workload uses which.',
  expected: 'at most one active key, or two while one is at most {overlapDays} days old',
  applies: () => true,
  needs: {
    keys: (identity, around) => {
      const keys = active(identity, around, 'aws.access-key');
      if (keys.status !== 'known') return keys;
      const created = every(keys.value.map((key) => key.created));
      return created.status === 'known' ? known(created.value, [...keys.refs, ...created.refs]) : created;
    },
  },
  parameters: { overlapDays: days(14, 'tool', 'no standard names a number of days') },
  evaluate({ keys }, { overlapDays }, asOf) {
    if (keys.length < 2) return met({ activeKeys: keys.length }, `${keys.length} active`);
    const ages = keys.map((created) => ageInDays(created, asOf));
    const observed = { activeKeys: keys.length, youngestDays: Math.min(...ages.map(({ least }) => least)) };
    if (ages.every(({ least }) => least > overlapDays)) return notMet(observed, `${keys.length} active, the youngest ${observed.youngestDays} days old`);
    if (ages.some(({ most }) => most !== null && most <= overlapDays)) return met(observed, `two active while the younger is ${observed.youngestDays} days old`);
    return cannotSay(observed, 'how old the younger key is is known only as a lower bound, which is within the overlap');
  },
});

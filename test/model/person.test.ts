// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { namesAPerson, personName, personSchema, samePerson } from '../../src/model/person.ts';

describe('a person', () => {
  test.each(['Ines Duarte', 'Tom Achterberg', 'Jean-Luc Picard', 'i.duarte@harbor.example', '李雷'])('%s names one', (name) => {
    expect(namesAPerson(name)).toBe(true);
    expect(personSchema.safeParse({ name, basis: 'typed only' }).success).toBe(true);
  });

  test.each(['Admin', 'admin user', 'Admin_User', 'ROOT', 'ci', 'github-actions', 'Security Team', 'bot@company.example', 'x', '', ' '])('"%s" names nobody, and is refused with what to do', (name) => {
    expect(namesAPerson(name)).toBe(false);
    expect(personSchema.safeParse({ name, basis: 'typed only' }).success).toBe(false);
    expect(() => personName(name, '--by')).toThrow('does not name a person');
  });

  test('is the same whatever case and spaces, and another where the words differ', () => {
    expect(samePerson('Ines  Duarte', ' ines duarte ')).toBe(true);
    expect(samePerson('Ines Duarte', 'Ines Duarté')).toBe(false);
  });

  test('has no basis that we do not know', () => {
    expect(personSchema.safeParse({ name: 'Ines Duarte', basis: 'trusted' }).success).toBe(false);
    expect(personSchema.safeParse({ name: 'Ines Duarte', basis: 'approval attached' }).success).toBe(false);
  });
});

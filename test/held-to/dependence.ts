// SPDX-License-Identifier: Apache-2.0
import type { Verdict } from '../../src/model/verdict.ts';

/** A verdict of the undisturbed scan of the company, as far as a table needs it. */
export type Subject = Pick<Verdict, 'check' | 'subject' | 'subjectKind'>;
export type Test = (subject: Subject) => boolean;

/**
 * What becomes of a verdict when an operation fails for everybody. Written by hand from what the provider's pages say each operation
 * returns, not from what the sources declare: a source that reads the wrong thing must not be able to excuse itself.
 *
 * `decided`: the operation alone gives what the verdict needs, so it must end `not_evaluated` or be gone with its subject.
 * `elsewhere`: another read gives the same at another place, or the operation only adds to it: the result may stand on other pages,
 * or become `not_evaluated`, and may not turn into another one. Everything else must stay equal to the byte.
 */
export interface Dependence {
  readonly decided: Test;
  readonly elsewhere: Test;
  /** Classes of people who become undecided and so join the population: verdicts that the undisturbed scan did not have, on pages of their own. */
  readonly joins?: Test;
  /** Kinds of rows of which nobody can then say how many there are. The number of every other kind must stay. Where absent, numbers are not looked at. */
  readonly kinds?: readonly string[];
}

export const nothing: Test = () => false;
export const check = (...ids: readonly string[]): Test => (subject) => ids.includes(subject.check);
export const either = (...tests: readonly Test[]): Test => (subject) => tests.some((test) => test(subject));
export const both = (...tests: readonly Test[]): Test => (subject) => tests.every((test) => test(subject));
export const not = (test: Test): Test => (subject) => !test(subject);

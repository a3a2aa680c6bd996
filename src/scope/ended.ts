// SPDX-License-Identifier: Apache-2.0
import { isInForce, type Instant } from '../model/instant.ts';
import type { Configuration } from './configuration.ts';

/** What a configuration still names although its end is past, in words: it has no effect, and whoever wrote it may think that it has. */
export function endedEntries(configuration: Configuration, at: Instant): readonly string[] {
  return [
    ...configuration.exclude.filter((entry) => !isInForce(entry, at)).map(({ unit, expires }) => `the exclusion of ${unit} ended on ${expires}: it is in scope again`),
    ...configuration.expectedGaps.filter((entry) => !isInForce(entry, at)).map(({ unit, source, expires }) => `the expected gap ${source} of ${unit} ended on ${expires}: it counts as unexpected again`),
  ];
}

// SPDX-License-Identifier: Apache-2.0
import { plusDays, type Instant } from '../model/instant.ts';
import type { Sections } from '../report/sections/section.ts';
import type { Period } from './document.ts';
import { credentialsSection, indicatorsSection, populationSection } from './sections-populations.ts';
import { acceptancesSection, controlsSection, deviationsSection, improvementsSection, reviewsSection, unexplainedSection } from './sections-people.ts';
import { changesSection, gapsSection, runsSection } from './sections-runs.ts';
import { counted, minute } from './words.ts';

/**
 * A period as a document in sections: what page, workbook, CSV and print show, in one order and with the same numbers. What still needs explaining
 * stands first after the runs, since it is what a reader has to act on. Says nothing of effectiveness, which is for an auditor to say.
 */
export function periodSections(period: Period): Sections {
  const { from, to, log, runs, slots, unexplained, deviations, closing } = period;
  const own = runs.filter(({ inPeriod }) => inPeriod);
  const asked = slots.filter(({ state }) => state !== 'superseded' && state !== 'open');
  const anchored = log.anchors.filter(({ kind }) => kind === 'rfc3161').map(({ size }) => size).reduce((a, b) => Math.max(a, b), 0);
  return {
    title: `Non-human identities and secrets, ${from} to ${to}`,
    under: `What management's own runs, decisions and explanations show for ${counted(daysBetween(from, to), 'day')}, taken from the archive as it stood on ${minute(period.asOf)}.`,
    responsibility: period.responsibility,
    pairs: [
      ['Runs', `${counted(own.length, 'run')} in the period, ${own.filter(({ state }) => state === 'sealed' || state === 'resealed').length} sealed`],
      ['Scheduled slots', asked.length === 0 ? 'no schedule was declared, so no run was due' : `${asked.length} due: ${numbered(asked, ['done', 'late', 'missed', 'declared afterwards'])}`],
      ['Days not covered', period.notCovered.length === 0 ? 'none' : `${period.notCovered.reduce((sum, { days }) => sum + days, 0)}: ${period.notCovered.map((gap) => (gap.from === gap.to ? gap.from : `${gap.from} to ${gap.to}`)).join(', ')}`],
      ['Population at the end', closing.run === null ? 'no run' : closing.files.map(({ name, count }) => `${name} ${count}`).join(', ')],
      ['Additions and removals', `${period.additions.filter(({ inPeriod }) => inPeriod !== 'no').length} and ${period.removals.filter(({ inPeriod }) => inPeriod !== 'no').length}`],
      ['Deviations recorded', String(deviations.length)],
      ['Still to be explained', String(unexplained.length)],
      ['The log', `${log.origin}, ${log.size} entries, root ${log.root.slice(0, 16)}…; ${anchored === 0 ? 'unanchored: nothing outside management\'s control bears witness to its times' : `entries up to ${anchored} stamped by a time stamp authority`}`],
    ],
    sections: [
      runsSection(period), unexplainedSection(period), gapsSection(period), changesSection(period), populationSection(period), credentialsSection(period), controlsSection(period), deviationsSection(period), acceptancesSection(period),
      reviewsSection(period), indicatorsSection(period), improvementsSection(period),
    ],
    footer: `Made by rollcall from period.json, which is made from the runs and the log of the archive. ${period.responsibility}`,
  };
}

function numbered<State extends string>(rows: readonly { readonly state: State }[], states: readonly NoInfer<State>[]): string {
  return states.map((state) => [rows.filter((row) => row.state === state).length, state] as const).filter(([count], index) => count > 0 || index === 0).map(([count, state]) => `${count} ${state}`).join(', ');
}

function daysBetween(from: string, to: string): number {
  let days = 1;
  for (let at = `${from}T00:00:00.000Z` as Instant; at.slice(0, 10) < to; at = plusDays(at, 1)) days += 1;
  return days;
}

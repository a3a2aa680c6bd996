// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from '../evidence/log-format.ts';
import { acceptancesOf } from '../period/acceptances.ts';
import { deviationsOf, type Deviation } from '../period/deviations.ts';
import type { ExportDeviation, FromLog } from '../report/exports/from-log.ts';

/** Acceptances and deviations of a log as exports take them. Nothing is left out for being repaired, expired or withdrawn. */
export function forExport(events: readonly LogEvent[]): FromLog {
  return {
    acceptances: acceptancesOf(events).map(({ recorded, withdrawn }) => ({ ...recorded, loggedAt: recorded.at, withdrawn: withdrawn?.effective ?? null })),
    deviations: deviationsOf(events).map(exportDeviation),
  };
}

function exportDeviation({ recorded, said, approved, repaired }: Deviation): ExportDeviation {
  const { deviation, control, began, detected, detectedIn, at, by } = recorded;
  // What was said later adds to what was said before; a choice or a day is the latest.
  const all = (field: string): string | null => said.filter((one) => one.field === field).map(({ text }) => text).join('\n') || null;
  const latest = (field: string): string | null => said.findLast((one) => one.field === field)?.text ?? null;
  return {
    deviation, control, began, detected, detectedIn, loggedAt: at, about: aboutOf(recorded.about), by, cause: all('cause'), extent: all('extent'), compensatingControl: all('compensatingControl'), response: all('response'),
    recurrence: latest('recurrence'), owner: latest('owner'), due: latest('due'), approvedBy: approved.at(-1)?.by ?? null, repaired: repaired === null ? null : { at: repaired.repaired, provenBy: repaired.provenBy },
  };
}

function aboutOf(about: Deviation['recorded']['about']): ExportDeviation['about'] {
  if (about.kind === 'results') return { what: `results of ${about.check}`, items: about.subjects };
  if (about.kind === 'slots') return { what: `slots of schedule ${about.schedule}`, items: about.due };
  return { what: `items of review ${about.review}`, items: about.items };
}

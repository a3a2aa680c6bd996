// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from '../../evidence/log-format.ts';
import type { ExportAcceptance, ExportDeviation, FromLog } from './from-log.ts';

type Recorded = Extract<LogEvent, { readonly event: 'deviation.recorded' }>;

/** Acceptances and deviations of a log, in the order in which they were recorded. A later note fills what was empty or says it anew; nothing is left out for being repaired, expired or withdrawn. */
export function foldLog(events: readonly LogEvent[]): FromLog {
  const acceptances = new Map<string, ExportAcceptance>();
  const deviations = new Map<string, ExportDeviation>();
  for (const event of events) {
    if (event.event === 'acceptance.recorded') acceptances.set(event.acceptance, { ...event, loggedAt: event.at, withdrawn: null });
    const acceptance = event.event === 'acceptance.withdrawn' ? acceptances.get(event.acceptance) : undefined;
    if (acceptance !== undefined && event.event === 'acceptance.withdrawn') acceptances.set(acceptance.acceptance, { ...acceptance, withdrawn: event.effective });
    if (event.event === 'deviation.recorded') {
      const { deviation, control, began, detected, detectedIn, at, by, words } = event;
      deviations.set(deviation, { deviation, control, began, detected, detectedIn, loggedAt: at, about: aboutOf(event), ...words, by, approvedBy: null, repaired: null });
    }
    if (event.event !== 'deviation.explained' && event.event !== 'deviation.approved' && event.event !== 'deviation.repaired') continue;
    const known = deviations.get(event.deviation);
    if (known === undefined) continue;
    if (event.event === 'deviation.approved') deviations.set(known.deviation, { ...known, approvedBy: event.by });
    else if (event.event === 'deviation.repaired') deviations.set(known.deviation, { ...known, repaired: { at: event.repaired, provenBy: event.provenBy } });
    else deviations.set(known.deviation, { ...known, ...Object.fromEntries(Object.entries(event.words).filter(([, said]) => said !== null)) });
  }
  return { acceptances: [...acceptances.values()], deviations: [...deviations.values()] };
}

function aboutOf({ about }: Recorded): ExportDeviation['about'] {
  if (about.kind === 'results') return { what: `results of ${about.check}`, check: about.check, items: about.subjects };
  if (about.kind === 'slots') return { what: `slots of schedule ${about.schedule}`, check: null, items: about.due };
  return { what: `items of review ${about.review}`, check: null, items: about.items };
}

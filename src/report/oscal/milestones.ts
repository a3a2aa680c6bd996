// SPDX-License-Identifier: Apache-2.0
import type { ExportDeviation, FromLog } from '../exports/from-log.ts';
import { personInWords } from '../exports/from-log.ts';
import type { ExportBundle } from '../exports/open.ts';
import { jsonPieces } from '../exports/pieces.ts';
import { uuidOf } from '../exports/uuid.ts';
import { backMatter, importSsp, metadata } from './common.ts';
import { markup, markupLines, property, type Property } from './text.ts';

const UNSAID = 'Management has not said.';

/**
 * Deviations of the log as a plan of action and milestones: what management recorded, in its words. The format needs one item at least, so that
 * without a deviation there is no such document. Repaired ones stay: a repair takes no deviation out of its period.
 */
export function milestonesPieces(bundle: ExportBundle, { deviations }: FromLog): AsyncGenerator<string> {
  const { run } = bundle.records;
  const modified = deviations.map(({ loggedAt }) => loggedAt).concat(run.finishedAt).toSorted().at(-1) ?? run.finishedAt;
  return jsonPieces({
    'plan-of-action-and-milestones': {
      uuid: uuidOf('plan-of-action-and-milestones', run.run, deviations), metadata: metadata(bundle, 'Deviations that management recorded', modified), 'import-ssp': importSsp(),
      risks: deviations.map(risk),
      'poam-items': deviations.map((one) => ({
        uuid: uuidOf('poam-item', one.deviation), title: markup(`${one.deviation}: ${one.control}`), description: markupLines(one.extent ?? UNSAID), props: propertiesOf(one),
        'related-risks': [{ 'risk-uuid': riskId(one) }], remarks: markupLines(one.cause === null ? `Cause: ${UNSAID}` : `Cause: ${one.cause}`),
      })),
      'back-matter': backMatter(bundle),
    },
  });
}

function riskId({ deviation }: ExportDeviation): string {
  return uuidOf('risk', deviation);
}

function risk(one: ExportDeviation): object {
  const { deviation, control, about, cause, compensatingControl, response, due, repaired } = one;
  return {
    uuid: riskId(one), title: markup(`${deviation}: ${control}`), description: markup(`${about.what}, ${about.items.length} in all`), statement: markupLines(cause ?? UNSAID), props: propertiesOf(one),
    // Never `closed`: whether the run that management names shows the repair is worked out from all runs, not here. `deviation-approved` of OSCAL is a risk that was accepted.
    status: repaired === null ? 'open' : 'remediating',
    ...(compensatingControl === null ? {} : { 'mitigating-factors': [{ uuid: uuidOf('compensating', deviation), description: markupLines(compensatingControl) }] }),
    ...(due === null ? {} : { deadline: `${due}T23:59:59Z` }),
    ...(response === null ? {} : { remediations: [{ uuid: uuidOf('response', deviation), lifecycle: repaired === null ? 'planned' : 'completed', title: 'Response of management', description: markupLines(response) }] }),
  };
}

function propertiesOf({ deviation, control, about, began, detected, detectedIn, loggedAt, recurrence, owner, by, approvedBy, repaired }: ExportDeviation): readonly Property[] {
  return [
    property('deviation', deviation), property('control', control), property('began', began.from === null ? `no later than ${began.to}` : began.from === began.to ? began.to : `between ${began.from} and ${began.to}`), property('detected', detected), property('logged', loggedAt),
    property('recorded-by', personInWords(by)), property('approved-by', approvedBy === null ? 'nobody yet' : personInWords(approvedBy)), ...(owner === null ? [] : [property('owner', owner)]), ...(recurrence === null ? [] : [property('recurrence', recurrence)]),
    ...(detectedIn === null ? [] : [property('detected-in', detectedIn)]), ...(repaired === null ? [] : [property('repaired', `${repaired.at} as management says, who names run ${repaired.provenBy}; not checked here`)]), ...about.items.map((item) => property('about', item)),
  ];
}

// SPDX-License-Identifier: Apache-2.0
import type { ExportBundle } from '../exports/open.ts';
import { jsonPieces } from '../exports/pieces.ts';
import { uuidOf } from '../exports/uuid.ts';
import { assessmentAssets, backMatter, importSsp, metadata, reviewedControls } from './common.ts';
import { markup, markupLines, objectiveId, property, token } from './text.ts';

/**
 * The assessment plan that assessment results have to import. It is written with them, from the sealed run, and says so: what was
 * done, control by control, and not a plan that anybody agreed to beforehand.
 */
export function planPieces(bundle: ExportBundle): AsyncGenerator<string> {
  const { run, scope, evidence } = bundle.records;
  const activities = evidence.flatMap(({ control, checks }) => checks.map((check) => ({
    uuid: activityId(run.run, control.id, check.check), title: markup(check.title), description: markup(`Each row of ${control.population} that the check ${check.check} concerns is held against: ${check.expected}. Nothing is sampled.`),
    props: [property('check', check.check), property('check-version', check.version), ...check.thresholds.map(({ name, value, origin, source }) => property('threshold', `${name} ${JSON.stringify(value)}: ${origin === 'management' ? source : `not management's threshold: ${source}`}`))],
    'related-controls': { 'control-selections': [{ 'include-controls': [{ 'control-id': token(control.id) }] }] },
  })));
  const subjects = [{ type: 'inventory-item', description: markup(scope.statement), 'include-all': {}, remarks: 'All that could be listed in scope. What could not be read stands in the results, and in data/coverage.json.' }];
  return jsonPieces({
    'assessment-plan': {
      uuid: uuidOf('assessment-plan', run.run), metadata: metadata(bundle, `What run ${run.run} did`), 'import-ssp': importSsp(),
      'local-definitions': {
        'objectives-and-methods': evidence.map(({ control }) => ({
          'control-id': token(control.id), description: markup(`Owner ${control.owner}; ${control.frequency}; ${control.policy}`), props: [property('control', control.id), ...control.criteria.map((criterion) => property('criterion', criterion))],
          parts: [{ id: objectiveId(control.id), name: 'objective', prose: markupLines(control.wording) }],
        })),
        activities,
        remarks: 'Written after the run, with its results: the record of what was done. Nobody agreed to it beforehand as a plan.',
      },
      'reviewed-controls': reviewedControls(bundle), 'assessment-subjects': subjects, 'assessment-assets': assessmentAssets(bundle),
      tasks: [{
        uuid: uuidOf('task', run.run), type: 'action', title: markup(`Run ${run.run}, ${run.occasion}`), timing: { 'within-date-range': { start: run.startedAt, end: run.finishedAt } },
        'associated-activities': activities.map(({ uuid }) => ({ 'activity-uuid': uuid, subjects })),
      }],
      'back-matter': backMatter(bundle),
    },
  });
}

function activityId(run: string, control: string, check: string): string {
  return uuidOf('activity', run, control, check);
}

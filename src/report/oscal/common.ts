// SPDX-License-Identifier: Apache-2.0
import { BUNDLE } from '../../bundle/layout.ts';
import { RESPONSIBILITY_STATEMENT } from '../../bundle/records.ts';
import type { Instant } from '../../model/instant.ts';
import { LIMITS } from '../exports/limits.ts';
import type { ExportBundle } from '../exports/open.ts';
import { fileUri } from '../exports/shared.ts';
import { uuidOf } from '../exports/uuid.ts';
import { markup, markupLines, property, token } from './text.ts';

/** The release whose JSON Schemas the documents are held against. https://github.com/usnistgov/OSCAL/releases */
export const OSCAL_VERSION = '1.2.1';

const PARTY = uuidOf('party', 'management');
const TOOL = 'tool';

/** Names of the documents of a run, which name each other. */
export function documentName(run: string, model: 'assessment-plan' | 'assessment-results' | 'plan-of-action-and-milestones'): string {
  return `${run}.oscal-${model}.json`;
}

/** Metadata of a document: whose it is, and what it does not show. `modified`: the newest thing told in it. */
export function metadata({ records: { run } }: ExportBundle, title: string, modified: Instant = run.finishedAt): object {
  return {
    title: markup(title), 'last-modified': modified, version: run.run, 'oscal-version': OSCAL_VERSION,
    props: [property('run', run.run), property('as-of', run.asOf), property('occasion', run.occasion), property('depth', run.depth), property('tool', `${run.tool.name} ${run.tool.version}`), property('derivation', run.derivationVersion)],
    roles: [{ id: 'prepared-by', title: 'Prepared by' }], parties: [{ uuid: PARTY, type: 'organization', name: 'Management' }], 'responsible-parties': [{ 'role-id': 'prepared-by', 'party-uuids': [PARTY] }],
    remarks: [RESPONSIBILITY_STATEMENT, ...LIMITS].map(markup).join('\n\n'),
  };
}

/** The tool that read and compared, as the actor behind what was observed. */
export function toolOrigin({ records: { run } }: ExportBundle): object {
  return { actors: [{ type: 'tool', 'actor-uuid': uuidOf(TOOL, run.tool.version) }] };
}

export function assessmentAssets({ records: { run } }: ExportBundle): object {
  const component = uuidOf(TOOL, run.tool.version);
  return {
    components: [{ uuid: component, type: 'software', title: 'Rollcall', description: 'Reads identities and credentials and holds them against checks. Run by management, not by an auditor.', props: [property('version', run.tool.version)], status: { state: 'operational' } }],
    'assessment-platforms': [{ uuid: uuidOf('platform', run.host), title: markup(`The host ${run.host}`), 'uses-components': [{ 'component-uuid': component }] }],
  };
}

/** Management's controls of this run, by management's own ids. */
export function reviewedControls({ records: { evidence } }: ExportBundle): object {
  return {
    description: 'Controls of management by management\'s own ids, as in `controls.yaml`. They come from no catalog.',
    'control-selections': [{ 'include-controls': evidence.map(({ control }) => ({ 'control-id': token(control.id) })), remarks: evidence.map(({ control }) => markupLines(`${control.id}: ${control.wording}`)).join('\n\n') }],
  };
}

/** There is no system security plan to import; the declared scope stands in its place and says so. */
export function importSsp(): object {
  return { href: `#${resourceId(BUNDLE.scope)}`, remarks: 'No system security plan is at hand. The scope that management declared stands here in its place.' };
}

export function resourceId(file: string): string {
  return uuidOf('resource', file);
}

/** The files of the bundle that a document names, with the digests that the sealed manifest gives them. */
export function backMatter({ files, records: { run } }: ExportBundle): object {
  return {
    resources: files.map(({ file, title, mediaType, sha256 }) => ({
      uuid: resourceId(file), title: markup(title), description: `In the folder of the sealed run ${run.run}, which stays with management.`,
      rlinks: [{ href: fileUri(file), 'media-type': mediaType, hashes: [{ algorithm: 'SHA-256', value: sha256 }] }],
    })),
  };
}

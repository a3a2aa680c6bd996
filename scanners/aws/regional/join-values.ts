// SPDX-License-Identifier: Apache-2.0
import { known, notApplicable, unknown, type Fact } from '../../../src/model/fact.ts';
import { noLaterThan, type When } from '../../../src/model/instant.ts';
import { listRefs, unknownOf } from '../../../src/model/read-facts.ts';
import type { PageReference } from '../../../src/model/reference.ts';
import type { Credential, ObjectRow } from '../../../src/model/row.ts';
import type { Related } from '../../../src/model/source.ts';
import { parsedRows } from '../rows.ts';
import { rowKey } from '../shapes.ts';
import { functionSchema, projectBatches, projectSchema, taskDefinitionSchema } from '../sources/regional/configuration-values.ts';
import type { Moment } from '../sources/regional/list.ts';
import { namesSecret } from '../values/names.ts';
import type { Variable } from '../values/verdict.ts';
import type { RegionalRows } from './join.ts';
import { instantAt } from './times.ts';

/** A configuration that has variables. `part`: the container, where it has several. `withheld`: why its variables are not in the answer. */
interface Configured { readonly of: 'function' | 'task definition' | 'build project'; readonly id: string; readonly name: string; readonly changed: Moment | undefined; readonly role: string | undefined; readonly variables: readonly (Variable & { readonly part: string | null })[]; readonly withheld: string | null; readonly refs: readonly PageReference[] }

const KIND = 'aws.plain-value';
const NO_STATUS = notApplicable('a variable has no status: it is there or not');
const NO_EXPIRY = notApplicable('things of this kind do not expire');

/** Configurations with how many variables they have, and the variables whose name says that they hold a secret or whose value looks like one. Never a value. */
export function joinValues(related: Related): RegionalRows {
  const configured = [...functionsOf(related), ...tasksOf(related), ...projectsOf(related)];
  const credentials = configured.flatMap((one) => plainValuesOf(related, one));
  const objects = configured.map((one) => objectOf(related, one));
  return { credentials, objects, populations: { 'aws.configuration': closed(related, objects.length), [KIND]: complete(related, configured, credentials.length) } };
}

function functionsOf(related: Related): readonly Configured[] {
  return parsedRows(related, 'aws.lambda.functions', 'aws.lambda-function', functionSchema).map(({ value, row }) => ({
    of: 'function', id: value.FunctionArn, name: value.FunctionName, role: value.Role, refs: row.refs,
    // Lambda writes the offset without a colon. https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
    changed: value.LastModified?.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'),
    variables: (value.Environment?.Variables ?? []).map((variable) => ({ ...variable, part: null })),
    withheld: value.Environment?.Error === undefined ? null : `Lambda does not show the variables of ${value.FunctionName}${value.Environment.Error.ErrorCode === undefined ? '' : ` (${value.Environment.Error.ErrorCode})`}`,
  }));
}

function tasksOf(related: Related): readonly Configured[] {
  return parsedRows(related, 'aws.ecs.task-definitions', 'aws.ecs-task-definition', taskDefinitionSchema).map(({ value, row }) => ({
    of: 'task definition', id: value.taskDefinitionArn, name: value.taskDefinitionArn.slice(value.taskDefinitionArn.lastIndexOf('/') + 1), role: value.taskRoleArn, changed: value.registeredAt, withheld: null, refs: row.refs,
    variables: value.containerDefinitions.flatMap(({ name = '', environment = [], logConfiguration }) => [
      ...environment.map((variable) => ({ ...variable, part: `container ${name}` })), ...(logConfiguration?.options ?? []).map((variable) => ({ ...variable, part: `log of container ${name}` })),
    ]),
  }));
}

function projectsOf(related: Related): readonly Configured[] {
  return parsedRows(related, 'aws.codebuild.project-details', 'aws.codebuild-project', projectSchema).map(({ value, row }) => ({
    of: 'build project', id: value.arn, name: value.name ?? value.arn, role: value.serviceRole, changed: value.lastModified ?? value.created, withheld: null, refs: row.refs,
    variables: (value.environment?.environmentVariables ?? []).map((variable) => ({ ...variable, part: null })),
  }));
}

function isSuspected({ name, verdict }: Variable): boolean {
  return verdict === 'detected' || namesSecret(name);
}

function plainValuesOf(related: Related, { of, id, name: holder, changed, variables, refs }: Configured): readonly Credential[] {
  const seen = new Map<string, number>();
  return variables.filter(isSuspected).map(({ name, length, verdict, rule, part }): Credential => {
    const place = [id, ...(part === null ? [] : [part]), name].join('|');
    const times = (seen.get(place) ?? 0) + 1;
    seen.set(place, times);
    // The same name twice in one list: both are there.
    const own = times === 1 ? place : `${place}|${times}`;
    return {
      type: 'credential', key: rowKey(related.unit.id, own), id: own, idBasis: 'name|slot', kind: KIND, unit: related.unit.id, identity: null, name, responsibility: 'entity', status: NO_STATUS, created: setBy(changed, refs),
      expires: known({ never: true as const }, refs), lastUsed: unknown('no_source', 'no list tells when it was last used'), audience: `${of} ${holder}${part === null ? '' : `, ${part}`}`,
      particulars: { 'aws.plain-value': known({ length, verdict, rule: rule ?? null, named: namesSecret(name) }, refs) }, refs,
    };
  });
}

/** A value is in place no later than its configuration was last changed, whatever was changed then. */
function setBy(changed: Moment | undefined, refs: readonly PageReference[]): Fact<When> {
  const at = changed === undefined ? null : instantAt(changed);
  return at === null ? unknown('not_reported', 'the answer has no date that we can read') : known(noLaterThan(at), refs, { note: 'when the configuration was last changed' });
}

function objectOf(related: Related, { of, id, name, changed, role, variables, withheld, refs }: Configured): ObjectRow {
  const having = (verdict: Variable['verdict']): number => variables.filter((variable) => variable.verdict === verdict).length;
  const counts = withheld === null ? { variables: variables.length, references: having('reference'), detected: having('detected'), suspected: variables.filter(isSuspected).length } : { withheld };
  return { type: 'object', key: rowKey(related.unit.id, id), id, kind: 'aws.configuration', unit: related.unit.id, name, created: setBy(changed, refs), expires: NO_EXPIRY, detail: { of, ...counts, ...(role === undefined ? {} : { role }) }, refs };
}

/** The reads behind all configurations: each list, and what follows it. */
function readsOf(related: Related): readonly (readonly [source: string, parent: string | null])[] {
  const families = related.rows('aws.ecs.task-families').flatMap((row) => (row.type === 'observation' && typeof row.value['name'] === 'string' ? [row.value['name']] : []));
  const batches = projectBatches(related);
  return [['aws.lambda.functions', null], ['aws.ecs.task-families', null], ...families.map((name) => ['aws.ecs.task-definitions', name] as const), ['aws.codebuild.projects', null], ...('skip' in batches ? [] : batches.map(({ parent }) => ['aws.codebuild.project-details', parent] as const))];
}

/** A count over all of them: known only where each closed, or the service is not in the region. */
function closed(related: Related, count: number): Fact<number> {
  const refs: PageReference[] = [];
  for (const [source, parent] of readsOf(related)) {
    const end = related.ended(source, parent);
    if (end.state === 'skipped' && end.kind === 'not_needed') continue;
    if (end.state !== 'complete') return unknownOf(related, source, parent);
    refs.push(...listRefs(related, source, parent));
  }
  return known(count, refs);
}

function complete(related: Related, configured: readonly Configured[], count: number): Fact<number> {
  const [first, ...others] = configured.flatMap(({ withheld }) => (withheld === null ? [] : [withheld]));
  const all = closed(related, count);
  return first === undefined || all.status !== 'known' ? all : unknown('denied', `${first}${others.length === 0 ? '' : `, nor of ${others.length} others`}`);
}

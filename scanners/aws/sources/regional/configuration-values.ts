// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { SourceRow } from '../../../../src/model/row.ts';
import { defineSource, type Operation, type Related, type Seed, type SkipReason } from '../../../../src/model/source.ts';
import { isOffered } from '../../regional/availability.ts';
import { observe, plain, REGION, regionOf } from '../../shapes.ts';
import { CONFIGURATION_VALUES } from '../../values/places.ts';
import { variableSchema } from '../../values/verdict.ts';
import { moment, page, regionalCommand, regionalList, regionalOperation, whereOffered } from './list.ts';

// The answers of these carry the values of variables. Each stands here as it is after values/withhold.ts: a list of names, lengths and verdicts.
const OPT_IN = { unitKind: REGION, depth: 'standard', optIn: CONFIGURATION_VALUES } as const;
const variables = z.array(variableSchema).optional();

export const functionSchema = z.object({
  FunctionArn: z.string(), FunctionName: z.string(), LastModified: z.string().optional(), Role: z.string().optional(),
  // `Error` where Lambda could not decrypt them for the caller. https://docs.aws.amazon.com/lambda/latest/api/API_EnvironmentResponse.html
  Environment: z.object({ Variables: variables, Error: z.object({ ErrorCode: z.string().optional() }).optional() }).optional(),
});

/** Variables of functions, by name. */
export const functions = regionalList({
  id: 'aws.lambda.functions',
  title: 'Variables of Lambda functions',
  service: 'lambda', operation: 'ListFunctions', documentation: page('lambda/latest/api', 'ListFunctions'),
  lane: 'aws.lambda', depth: OPT_IN.depth, optIn: OPT_IN.optIn,
  // A page has 50 functions at most, however many are asked for.
  input: { MaxItems: 50 }, probe: { input: { MaxItems: 1 } },
  element: 'Functions', item: functionSchema, token: { out: 'NextMarker', in: 'Marker' },
  kind: 'aws.lambda-function', key: ({ FunctionArn }) => FunctionArn,
  blindSpots: ['Of a function the version that is being edited is looked at ($LATEST), not those that were published before; nor its code, its layers and its description.'],
});

const FAMILIES = 'aws.ecs.task-families';
/** Families of task definitions that have a version in use. */
export const taskFamilies = defineSource({
  ...OPT_IN,
  id: FAMILIES,
  title: 'Families of ECS task definitions',
  lane: 'aws.ecs', plan: whereOffered('ecs'),
  operations: [ecs('ListTaskDefinitionFamilies', { input: { status: 'ACTIVE', maxResults: 1 } })],
  request: (_seed, next) => ({ service: 'ecs', operation: 'ListTaskDefinitionFamilies', input: { status: 'ACTIVE', maxResults: 100, ...next } }),
  page: { schema: z.object({ families: z.array(z.string()), nextToken: z.string().nullish() }), count: ({ families }) => families.length, end: ({ nextToken }) => tokenEnd(nextToken) },
  rows: ({ families }, context) => families.map((name, index) => observe('aws.ecs-task-family', `task-family|${name}`, { name }, context, ['families', index])),
  command: (parameters, unit) => regionalCommand('ecs', 'ListTaskDefinitionFamilies', parameters, unit),
  blindSpots: ['Of a family of task definitions the newest version is looked at, not older ones that may still run; nor commands, labels and files of variables.'],
});

export const taskDefinitionSchema = z.object({
  taskDefinitionArn: z.string(), family: z.string().optional(), revision: z.number().optional(), registeredAt: moment.optional(), taskRoleArn: z.string().optional(),
  containerDefinitions: z.array(z.object({ name: z.string().optional(), environment: variables, logConfiguration: z.object({ options: variables }).optional() })),
});

/** Variables of the containers of each family's newest version, and options of their logs, of which some are tokens. */
export const taskDefinitions = defineSource({
  ...OPT_IN,
  id: 'aws.ecs.task-definitions',
  title: 'Variables of ECS containers',
  lane: 'aws.ecs', parent: FAMILIES,
  operations: [ecs('DescribeTaskDefinition', { untestable: 'needs the name of a family' })],
  next: (row) => (row.type === 'observation' && typeof row.value['name'] === 'string' ? { parent: row.value['name'], parameters: { taskDefinition: row.value['name'] } } : null),
  request: (seed) => ({ service: 'ecs', operation: 'DescribeTaskDefinition', input: { taskDefinition: seed.parameters['taskDefinition'] ?? '' } }),
  page: { schema: z.object({ taskDefinition: taskDefinitionSchema }), count: () => 1, end: () => ({ last: true }) },
  rows: ({ taskDefinition }, context) => [observe('aws.ecs-task-definition', taskDefinition.taskDefinitionArn, plain(taskDefinition), context, ['taskDefinition'])],
  command: (parameters, unit) => regionalCommand('ecs', 'DescribeTaskDefinition', parameters, unit),
});

const PROJECTS = 'aws.codebuild.projects';
/** Names of build projects. */
export const projects = defineSource({
  ...OPT_IN,
  id: PROJECTS,
  title: 'Build projects of CodeBuild',
  lane: 'aws.codebuild', plan: whereOffered('codebuild'),
  operations: [codebuild('ListProjects', { input: {} })],
  request: (_seed, next) => ({ service: 'codebuild', operation: 'ListProjects', input: { ...next } }),
  page: { schema: z.object({ projects: z.array(z.string()), nextToken: z.string().nullish() }), count: (body) => body.projects.length, end: ({ nextToken }) => tokenEnd(nextToken) },
  rows: (body, context) => body.projects.map((name, index) => observe('aws.codebuild-project-name', `project|${name}`, { name }, context, ['projects', index])),
  command: (parameters, unit) => regionalCommand('codebuild', 'ListProjects', parameters, unit),
});

export const projectSchema = z.object({
  arn: z.string(), name: z.string().optional(), created: moment.optional(), lastModified: moment.optional(), serviceRole: z.string().optional(),
  environment: z.object({ environmentVariables: variables }).optional(),
});

/** The most projects that one request may name. https://docs.aws.amazon.com/codebuild/latest/APIReference/API_BatchGetProjects.html */
const MOST_NAMES = 100;

/** Variables of build projects. */
export const projectDetails = defineSource({
  ...OPT_IN,
  id: 'aws.codebuild.project-details',
  title: 'Variables of build projects',
  lane: 'aws.codebuild', after: [PROJECTS], plan: projectBatches,
  operations: [codebuild('BatchGetProjects', { untestable: 'needs the names of projects' })],
  request: (seed) => ({ service: 'codebuild', operation: 'BatchGetProjects', input: { names: seed.parameters['names'] ?? [] } }),
  page: { schema: z.object({ projects: z.array(projectSchema), projectsNotFound: z.array(z.string()).optional() }), count: (body) => body.projects.length, end: () => ({ last: true }) },
  rows: (body, context) => body.projects.map((project, index) => observe('aws.codebuild-project', project.arn, plain(project), context, ['projects', index])),
  command: (parameters, unit) => regionalCommand('codebuild', 'BatchGetProjects', parameters, unit),
  blindSpots: ['Of a build project the variables are looked at, not its build specification, nor variables that are given when a build is started.'],
});

/** One read for every hundred projects, named after the first of them. */
export function projectBatches(related: Related): readonly Seed[] | SkipReason {
  const end = related.ended(PROJECTS);
  const offered = isOffered('codebuild', regionOf(related.unit));
  if (offered !== true) return { skip: 'not_needed', reason: offered };
  if (end.state !== 'complete') return { skip: 'parent_unread', reason: `${PROJECTS} could not be read to its end` };
  const names = related.rows(PROJECTS).flatMap(nameOf);
  return Array.from({ length: Math.ceil(names.length / MOST_NAMES) }, (_, index) => names.slice(index * MOST_NAMES, (index + 1) * MOST_NAMES)).map((batch) => ({ parent: `from ${batch[0] ?? ''}`, parameters: { names: batch } }));
}

function nameOf(row: SourceRow): readonly string[] {
  return row.type === 'observation' && typeof row.value['name'] === 'string' ? [row.value['name']] : [];
}

function tokenEnd(next: string | null | undefined): { readonly last: true } | { readonly next: { readonly nextToken: string } } {
  return next === undefined || next === null || next === '' ? { last: true } : { next: { nextToken: next } };
}

function ecs(operation: string, probe: Operation['probe']): Operation {
  return regionalOperation({ service: 'ecs', operation, documentation: page('AmazonECS/latest/APIReference', operation), probe });
}
function codebuild(operation: string, probe: Operation['probe']): Operation {
  return regionalOperation({ service: 'codebuild', operation, documentation: page('codebuild/latest/APIReference', operation), probe });
}

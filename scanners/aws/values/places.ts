// SPDX-License-Identifier: Apache-2.0

/** The field of an AWS scope that opts into reads whose answers carry values. */
export const CONFIGURATION_VALUES = 'configurationValues';

/**
 * Where an answer that carries values has what is kept: `keep` as it was sent; `values` as verdicts. `members`: an object whose members are
 * the variables; `pairs`: a list of `{name, value}`, with a `type` where a value may be the name of a stored secret. Every other text and
 * number is blanked, whether anybody knows the member or not.
 */
export interface Places { readonly keep: readonly string[]; readonly values: { readonly [path: string]: 'members' | 'pairs' } }

/** By operation. Shapes: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html and the pages of the other operations. */
export const PLACES: { readonly [operation: string]: Places } = {
  'lambda:ListFunctions': {
    keep: ['NextMarker', ...under('Functions[]', ['FunctionArn', 'FunctionName', 'LastModified', 'Role', 'Environment.Error.ErrorCode'])],
    values: { 'Functions[].Environment.Variables': 'members' },
  },
  'ecs:DescribeTaskDefinition': {
    keep: under('taskDefinition', ['taskDefinitionArn', 'family', 'revision', 'status', 'registeredAt', 'taskRoleArn', 'containerDefinitions[].name']),
    values: { 'taskDefinition.containerDefinitions[].environment': 'pairs', 'taskDefinition.containerDefinitions[].logConfiguration.options': 'members' },
  },
  'codebuild:BatchGetProjects': {
    keep: ['projectsNotFound[]', ...under('projects[]', ['arn', 'name', 'created', 'lastModified', 'serviceRole'])],
    values: { 'projects[].environment.environmentVariables': 'pairs' },
  },
};

function under(parent: string, members: readonly string[]): readonly string[] {
  return members.map((member) => `${parent}.${member}`);
}

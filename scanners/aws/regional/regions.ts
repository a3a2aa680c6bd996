// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { JsonObject } from '../../../src/model/json.ts';
import type { ListedUnit, ParentList, Related } from '../../../src/model/source.ts';
import { parsedRows } from '../rows.ts';
import { ACCOUNT, REGION, regionOf, regionUnit } from '../shapes.ts';
import { ON, regionSchema } from '../sources/regions.ts';
import { scopeSchema } from '../target.ts';

const REGIONS = 'aws.account.regions';
const CALLER = 'aws.sts.caller-identity';

/** The region of each partition that is always on, and where IAM answers: read where the list of regions could not be. https://docs.aws.amazon.com/general/latest/gr/iam-service.html */
const HOMES: { readonly [partition: string]: string } = { aws: 'us-east-1', 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1', 'aws-iso': 'us-iso-east-1', 'aws-iso-b': 'us-isob-east-1', 'aws-iso-e': 'eu-isoe-west-1', 'aws-iso-f': 'us-isof-south-1', 'aws-eusc': 'eusc-de-east-1' };

/** How an account's rows list its regions: each that is on. One that management does not name, where it names some, is a gap in scope like an account that nobody declared. */
export const regionList: ParentList = {
  unitKind: ACCOUNT, children: 'regions', within: true, sources: [REGIONS, CALLER],
  units: (related) => [...new Set([...parsedRows(related, REGIONS, 'aws.region', regionSchema).flatMap(({ value }) => (ON.some((status) => status === value.RegionOptStatus) ? [value.RegionName] : [])), ...(related.ended(REGIONS).state === 'complete' ? [] : homeOf(related))])].map((name) => unitOf(related.unit.nativeId, name)),
  ended: (related) => related.ended(REGIONS),
  isDeclared: (scope, { nativeId }) => namesOf(scope)?.includes(regionOf({ nativeId })) ?? true,
  declares: (scope, parent) => (namesOf(scope) ?? []).map((name) => unitOf(parent.nativeId, name)),
};

function unitOf(account: string, region: string): ListedUnit {
  return { id: regionUnit(account, region), nativeId: `${account}/${region}`, kind: REGION, name: null, closed: null };
}

function namesOf(scope: JsonObject): readonly string[] | undefined {
  return scopeSchema.safeParse(scope).data?.regions;
}

/** The home region of the account's partition, as the caller's ARN tells it. */
function homeOf(related: Related): readonly string[] {
  const [caller] = parsedRows(related, CALLER, 'aws.caller', z.object({ Arn: z.string() }));
  const home = HOMES[caller?.value.Arn.split(':')[1] ?? ''];
  return home === undefined ? [] : [home];
}

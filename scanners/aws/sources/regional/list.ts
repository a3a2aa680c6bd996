// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { JsonObject } from '../../../../src/model/json.ts';
import { defineSource, type AnySource, type End, type Operation, type Related, type Seed, type SkipReason, type Source } from '../../../../src/model/source.ts';
import { awsCommand } from '../../command.ts';
import { isOffered } from '../../regional/availability.ts';
import { observe, plain, REGION, regionOf } from '../../shapes.ts';

/** A list of one service in one region, as data. */
export interface RegionalList<Item extends object> extends Pick<Source, 'id' | 'title' | 'lane'>, Partial<Pick<Source, 'depth' | 'optIn' | 'after' | 'parent' | 'next' | 'plan' | 'blindSpots'>> {
  readonly service: string;
  readonly operation: string;
  readonly documentation: string;
  /** The action's service where a policy writes it otherwise than the request does. */
  readonly permission?: string;
  readonly probe?: Operation['probe'];
  /** Parameters of every request, beside the seed's. */
  readonly input?: JsonObject;
  /** The member that holds the items, and the schema of one: only what is used. */
  readonly element: string;
  readonly item: z.ZodType<Item>;
  /** How the next page is named, in the answer and in the request; absent where the operation never pages. */
  readonly token?: { readonly out: string; readonly in: string };
  readonly kind: string;
  /** What tells an item from every other of its kind in the region. */
  readonly key: (item: Item, parent: string | null) => string;
  /** Members that a row has beside the item's own: the parent's, for one. */
  readonly more?: (parent: string | null) => JsonObject;
  /** Parameters that the AWS CLI cannot do without although it pages on its own. */
  readonly keep?: readonly string[];
}

/** Where an operation's page is in AWS's reference of a service. */
export function page(reference: string, operation: string): string {
  return `https://docs.aws.amazon.com/${reference}/API_${operation}.html`;
}

/** An operation of a service in a region. */
export function regionalOperation({ service, operation, documentation, permission, probe }: Pick<RegionalList<object>, 'service' | 'operation' | 'documentation' | 'permission'> & { readonly probe: Operation['probe'] }): Operation {
  return { service, operation, permission: permission ?? `${service}:${operation}`, documentation, probe };
}

/** A source of one such list. A page without its list element is none; one without a token for the next is the last. */
export function regionalList<Item extends object>(own: RegionalList<Item>): AnySource {
  const { id, title, lane, service, operation, documentation, permission, input = {}, element, item, token, kind, key, more, keep, probe, ...rest } = own;
  const schema = z.object({ [element]: z.array(item), ...(token === undefined ? {} : { [token.out]: z.string().nullish() }) });
  const listOf = (body: unknown): readonly Item[] => z.array(item).parse(z.record(z.string(), z.unknown()).parse(body)[element]);
  return defineSource({
    ...(own.parent === undefined ? { plan: whereOffered(service) } : {}), ...rest, id, title, lane, unitKind: REGION,
    operations: [regionalOperation({ service, operation, documentation, ...(permission === undefined ? {} : { permission }), probe: probe ?? { input } })],
    request: (seed, next) => ({ service, operation, input: { ...input, ...seed.parameters, ...next } }),
    page: { schema, count: (body) => listOf(body).length, end: (body) => endAt(token, body) },
    rows: (body, context) => listOf(body).map((one, index) => observe(kind, key(one, context.parent), { ...plain(one), ...more?.(context.parent) }, context, [element, index])),
    command: (parameters, unit) => regionalCommand(service, operation, parameters, unit, keep),
  });
}

/** The plan of a unit's own list: one read, or none in a region where the service is not. */
export function whereOffered(service: string): (related: Related) => readonly Seed[] | SkipReason {
  return ({ unit }) => {
    const offered = isOffered(service, regionOf(unit));
    return offered === true ? [{ parent: null, parameters: {} }] : { skip: 'not_needed', reason: offered };
  };
}

function endAt(token: RegionalList<object>['token'], body: unknown): End {
  if (token === undefined) return { last: true };
  const next = z.record(z.string(), z.unknown()).parse(body)[token.out];
  return typeof next === 'string' && next !== '' ? { next: { [token.in]: next } } : { last: true };
}

// The AWS CLI pages on its own.
const PAGING = new Set(['limit', 'marker', 'maxitems', 'maxresults', 'nexttoken', 'pagesize', 'pagetoken', 'position']);

/** The AWS CLI command for an operation in the region that a unit is. */
export function regionalCommand(service: string, operation: string, parameters: JsonObject, unit: string | undefined, keep: readonly string[] = []): string {
  const asked = Object.fromEntries(Object.entries(parameters).filter(([name]) => keep.includes(name) || !PAGING.has(name.toLowerCase())));
  const command = awsCommand(service, operation, asked, { keepPaging: true });
  return unit === undefined ? command : `${command} --region ${regionOf({ nativeId: unit })}`;
}

/** A moment as JSON services send it: seconds since 1970, or a text (REST JSON of some services). */
export const moment = z.union([z.number(), z.string()]);
export type Moment = z.output<typeof moment>;

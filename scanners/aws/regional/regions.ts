// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../../../src/model/json.ts';
import type { Reply, Request } from '../../../src/model/source.ts';
import type { Unit } from '../../../src/model/unit.ts';
import { REGION, regionOf, regionUnit } from '../shapes.ts';
import { ON, regionsPage } from '../sources/regions.ts';
import { SERVICES } from './services.ts';

/** The regions of one account that a login reads. */
export interface Regions {
  readonly units: readonly Unit[];
  readonly unreached: readonly { readonly unit: string; readonly reason: string }[];
  readonly notices: readonly string[];
  /** The region that a request to a unit goes to, with where its service answers noted. Throws on a unit that is none of ours. */
  enter(unit: Unit, request: Request): Promise<string>;
  endpoint(unit: Unit, request: Request): string | undefined;
}

interface Login {
  readonly account: string;
  readonly target: string;
  /** The regions that a person named; absent: all that are on. */
  readonly declared: readonly string[] | undefined;
  /** The login's own region, which is read even where the list is refused. */
  readonly own: string;
  readonly ask: (request: Request) => Promise<Reply>;
  /** Where a service answers in a region, without sending anything. */
  readonly endpoint: (service: string, region: string) => Promise<string>;
}

/** Hosts of AWS's own, in every partition: https://docs.aws.amazon.com/general/latest/gr/rande.html */
const OWN_HOST = /\.(amazonaws\.com(\.cn)?|amazonaws\.eu|aws|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/;
const MOST_PAGES = 20;

/** Each region that is on as a unit, or those that were named; where the list is refused, the login's own and a statement that others may be there. */
export async function openRegions(login: Login): Promise<Regions> {
  const { account, own, declared } = login;
  const listed = declared === undefined ? await listRegions(login) : { names: declared, problem: null };
  const names = listed.problem === null ? listed.names : [own];
  const units = names.map((name): Unit => ({ id: regionUnit(account, name), provider: 'aws', kind: REGION, nativeId: `${account}/${name}`, name: null, target: login.target, basis: declared === undefined ? (listed.problem === null ? 'discovered' : 'own_login') : 'declared' }));
  const known = new Set(units.map(({ id }) => id));
  const endpoints = new Map<string, string>();
  return {
    units,
    unreached: listed.problem === null ? [] : [{ unit: regionUnit(account, '(other regions)'), reason: `which regions are on could not be listed (${listed.problem}): only ${own} was read; allow account:ListRegions, or name them under scope.regions` }],
    notices: units.length === 0 ? [] : await elsewhere(login),
    enter: async (unit, { service }) => {
      if (!known.has(unit.id)) throw new Error(`this login reaches regions of ${account}, not ${unit.id}`);
      const region = regionOf(unit);
      const key = `${service} ${region}`;
      if (!endpoints.has(key)) endpoints.set(key, await login.endpoint(service, region));
      return region;
    },
    endpoint: (unit, { service }) => endpoints.get(`${service} ${regionOf(unit)}`),
  };
}

/** Services that would be asked somewhere else than at AWS: an environment or a profile can redirect each on its own. */
async function elsewhere({ own, endpoint }: Login): Promise<readonly string[]> {
  const asked = await Promise.all(Object.keys(SERVICES).map(async (service) => [service, await endpoint(service, own)] as const));
  const away = Map.groupBy(asked.filter(([, address]) => !OWN_HOST.test(URL.parse(address)?.hostname ?? '')), ([, address]) => address);
  return [...away].map(([address, services]) => `Not an address of AWS: ${address} will be asked for ${services.map(([service]) => service).join(', ')}.`);
}

async function listRegions({ ask }: Login): Promise<{ readonly names: readonly string[]; readonly problem: null } | { readonly names: null; readonly problem: string }> {
  const names: string[] = [];
  let page: JsonObject = {};
  for (let count = 1; count <= MOST_PAGES; count += 1) {
    const reply = await ask({ service: 'account', operation: 'ListRegions', input: { MaxResults: 50, RegionOptStatusContains: [...ON], ...page } });
    if (!reply.ok) return { names: null, problem: reply.errorCode ?? reply.outcome };
    const body = regionsPage.safeParse(reply.body);
    if (!body.success) return { names: null, problem: 'the answer is no list of regions' };
    for (const { RegionName, RegionOptStatus } of body.data.Regions) if (ON.some((status) => status === RegionOptStatus) && !names.includes(RegionName)) names.push(RegionName);
    const { NextToken: next } = body.data;
    if (next === undefined || next === null || next === '') return { names, problem: null };
    page = { NextToken: next };
  }
  return { names: null, problem: 'the list does not end' };
}

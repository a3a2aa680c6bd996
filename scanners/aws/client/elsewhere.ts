// SPDX-License-Identifier: Apache-2.0
import { SERVICES } from '../regional/services.ts';
import type { Clients } from './clients.ts';

/** Hosts of AWS's own, in every partition: https://docs.aws.amazon.com/general/latest/gr/rande.html */
const OWN_HOST = /\.(amazonaws\.com(\.cn)?|amazonaws\.eu|aws|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/;

/** Services that would be asked somewhere else than at AWS, in words: an environment or a profile can redirect each on its own. */
export async function elsewhere(clients: Clients): Promise<readonly string[]> {
  const asked = await Promise.all(Object.keys(SERVICES).map(async (service) => [service, await clients.of(service).endpoint()] as const));
  const away = Map.groupBy(asked.filter(([, address]) => !OWN_HOST.test(URL.parse(address)?.hostname ?? '')), ([, address]) => address);
  return [...away].map(([address, services]) => `Not an address of AWS: ${address} will be asked for ${services.map(([service]) => service).join(', ')}.`);
}

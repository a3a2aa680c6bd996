// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../../src/model/json.ts';
import { addressOf, bodyOf, PART_NAMES, wireOperation } from './operations.ts';

const PUBLIC = new URL('https://graph.microsoft.com');
const GUID = /^[0-9a-fA-F-]{36}$/;

/** The `az` command that reads the same today, quoted for a POSIX shell. An id that is none stands as `ID`. */
export function azRest(operation: string, parameters: JsonObject = {}): string {
  const wire = wireOperation('graph', operation);
  const parts = PART_NAMES.filter((name) => wire.path.includes(`{${name}}`));
  // An id of zeros stands for one that cannot be pasted, until the address is made.
  const NONE = '00000000-0000-0000-0000-000000000000';
  const ids = Object.fromEntries(parts.map((name): [string, string] => {
    const given = parameters[name];
    return [name, typeof given === 'string' && GUID.test(given) ? given : NONE];
  }));
  // A filter holds quotes and spaces; as part of an address both are written as `%27` and `%20`.
  const address = addressOf(wire, ids, PUBLIC).href.replaceAll("'", '%27').replaceAll(NONE, 'ID');
  return `az rest --method get --url '${address}'${wire.eventual ? ' --headers ConsistencyLevel=eventual' : ''}`;
}

const VAULT = /^https:\/\/[a-z0-9-]{3,24}\.(vault\.azure\.net|vault\.usgovcloudapi\.net|vault\.azure\.cn)\/?$/;

/** The same for a read of a key vault. An address that is none of a vault stands as `VAULT`. */
export function vaultRest(operation: string, { vault }: JsonObject = {}): string {
  const wire = wireOperation('vault', operation);
  const known = typeof vault === 'string' ? VAULT.exec(vault) : null;
  const { origin, resource } = known === null ? { origin: 'https://VAULT.vault.azure.net', resource: 'vault.azure.net' } : { origin: new URL(known[0]).origin, resource: known[1] ?? '' };
  return `az rest --method get --url '${origin}${wire.path}?${wire.fixed ?? ''}' --resource 'https://${resource}'`;
}

/** A moment or the name of a service. */
const WORD = /^[\w.:-]{1,80}$/;
const MANAGEMENT = new URL('https://management.azure.com');
const RESOURCE = /^\/subscriptions\/[0-9a-fA-F-]{36}\/[\w./()-]{1,400}$/;

/** The same for a read of Azure Resource Manager. A resource id that is none stands as `/ID`. */
export function armRest(operation: string, { subscription, resource, ...other }: JsonObject = {}): string {
  const wire = wireOperation('arm', operation);
  const filled = wire.path.replace('{subscription}', typeof subscription === 'string' && GUID.test(subscription) ? subscription : 'ID').replace('{resource}', typeof resource === 'string' && RESOURCE.test(resource) && !resource.includes('..') ? resource : '/ID');
  const body = bodyOf(wire, {});
  if (body === null) {
    const fixed = PART_NAMES.reduce((text, name) => {
      const given = other[name];
      return text.replace(`{${name}}`, typeof given === 'string' && WORD.test(given) ? given : name.toUpperCase());
    }, wire.fixed ?? '');
    const select = wire.select.length === 0 ? '' : `&$select=${wire.select.join(',')}`;
    // A filter holds quotes and spaces; as part of an address both are written as `%27` and `%20`.
    return `az rest --method get --url '${MANAGEMENT.origin}${filled}?${fixed.replaceAll("'", '%27').replaceAll(' ', '%20')}${select}'`;
  }
  // The query of the table holds apostrophes, which a shell takes as '\'' within a quoted text.
  return `az rest --method post --url '${MANAGEMENT.origin}${filled}?${wire.fixed ?? ''}' --body '${JSON.stringify({ query: wire.query }).replaceAll("'", "'\\''")}'`;
}

// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../../src/model/json.ts';
import { addressOf, wireOperation } from './operations.ts';

const PUBLIC = new URL('https://graph.microsoft.com');

/** The `az` command that reads the same today, quoted for a POSIX shell. An application whose id is none stands as `ID`. */
export function azRest(operation: string, parameters: JsonObject = {}): string {
  const wire = wireOperation('graph', operation);
  const { application } = parameters;
  const usable = typeof application === 'string' && /^[0-9a-fA-F-]{36}$/.test(application);
  const path = wire.path.includes('{') && !usable ? `${PUBLIC.origin}${wire.path.replace('{application}', 'ID')}` : addressOf(wire, usable ? { application } : {}, PUBLIC).href;
  return `az rest --method get --url '${path}'${wire.eventual ? ' --headers ConsistencyLevel=eventual' : ''}`;
}

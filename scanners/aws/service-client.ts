// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../../src/model/json.ts';
import type { ReplyFormat } from './reply.ts';
import { endpointOf, type SdkClient, type SdkCommand } from './wire.ts';

/** A client of one service, and the commands that it takes. */
export interface ServiceClient extends SdkClient {
  /** How its answers are written. */
  readonly format: ReplyFormat;
  /** A command of an operation. Throws where the service has none of that name. */
  command(operation: string, input: JsonObject): SdkCommand;
  /** Where it answers, without sending anything: scheme, host and port. */
  endpoint(): Promise<string>;
}

/** A client of the SDK's own package of a service, its commands found by name. `any`: an operation that takes no input, to ask for the endpoint with. */
export function packagedClient(service: string, commands: object, send: SdkClient['send'], any: string): ServiceClient {
  const command = (operation: string, input: JsonObject): SdkCommand => {
    const Command: unknown = Reflect.get(commands, `${operation}Command`);
    if (typeof Command !== 'function') throw new Error(`${service}:${operation}: the SDK has no such operation`);
    return Reflect.construct(Command, [input]);
  };
  return { format: 'query', send, command, endpoint: () => endpointOf({ send }, command(any, {})) };
}

// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '../../src/model/json.ts';
import type { SdkClient, SdkCommand } from './wire.ts';

export type Protocol = 'query' | 'json';

/** A client of one service, and the commands that it takes. */
export interface ServiceClient extends SdkClient {
  /** What its answers are written in. */
  readonly protocol: Protocol;
  /** A command of an operation. Throws where the SDK has none of that name. */
  command(operation: string, input: JsonObject): SdkCommand;
}

/** A client of the SDK's own package of a service, its commands found by name. */
export function packagedClient(service: string, commands: object, send: SdkClient['send']): ServiceClient {
  return {
    protocol: 'query', send,
    command: (operation, input) => {
      const Command: unknown = Reflect.get(commands, `${operation}Command`);
      if (typeof Command !== 'function') throw new Error(`${service}:${operation}: the SDK has no such operation`);
      return Reflect.construct(Command, [input]);
    },
  };
}

// SPDX-License-Identifier: Apache-2.0
import type { Run, Scope } from '../bundle/records.ts';
import { ConnectError, optedIn, type Connection, type Provider, type Target } from '../model/source.ts';
import type { Unit } from '../model/unit.ts';
import { detectSecrets } from './detector.ts';

/** A unit with the login that reads it. */
export interface Reached { readonly unit: Unit; readonly connection: Connection; readonly provider: Provider; readonly target: Target }

export interface LoggedIn {
  readonly connections: readonly Connection[];
  readonly reached: readonly Reached[];
  readonly logins: Run['logins'];
  readonly failedLogins: Run['failedLogins'];
  readonly unreachable: Scope['unreachable'];
}

/** Logs in to every target, one after another. A login that does not work is an outcome; where it is the only one, its ConnectError is thrown. */
export async function logIn(options: { readonly providers: readonly Provider[]; readonly targets: readonly Target[]; readonly toolVersion: string; readonly signal: AbortSignal }): Promise<LoggedIn> {
  const connections: Connection[] = [];
  const reached = new Map<string, Reached>();
  const logins: Run['logins'] = [];
  const failedLogins: Run['failedLogins'] = [];
  const unreachable: Scope['unreachable'] = [];
  for (const target of options.targets) {
    options.signal.throwIfAborted();
    const provider = options.providers.find(({ id }) => id === target.provider);
    if (provider === undefined) throw new Error(`target ${target.name} names the provider ${target.provider}, which the configuration's check let through`);
    const declared = (provider.declares?.units(target.scope) ?? []).map((id) => `${provider.id}:${id}`);
    try {
      const connection = await provider.connect(target, { userAgent: `rollcall/${options.toolVersion}`, detect: detectSecrets });
      connections.push(connection);
      logins.push({ target: target.name, provider: provider.id, ...connection.login });
      for (const unit of connection.units) {
        const basis = declared.includes(unit.id) ? 'declared' as const : unit.basis;
        // A unit that two logins reach is read once, by the first.
        if (!reached.has(unit.id)) reached.set(unit.id, { unit: { ...unit, basis, ...optedIn(provider, target.scope) }, connection, provider, target });
      }
      for (const id of declared) if (!connection.units.some((unit) => unit.id === id)) unreachable.push({ unit: id, target: target.name, reason: `the login of ${target.name} answered for ${connection.units.map((unit) => unit.id).join(', ') || 'nothing'}` });
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      failedLogins.push({ target: target.name, provider: provider.id, message: error.message });
      for (const id of declared.length === 0 ? [`${provider.id}:(unknown, behind ${target.name})`] : declared) unreachable.push({ unit: id, target: target.name, reason: `the login of ${target.name} did not answer: ${error.message}` });
      if (options.targets.length === 1) throw error;
    }
  }
  return { connections, reached: [...reached.values()], logins, failedLogins, unreachable };
}

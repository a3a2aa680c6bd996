// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { openClients, type Base, type Clients } from './clients.ts';
import { classifyError, classifyFailure } from '../outcome.ts';
import { sessionPolicy } from '../permissions.ts';
import { capped } from '../reply.ts';
import type { MemberRole } from '../target.ts';

const ATTEMPTS = 6;
const FIRST_WAIT_MS = 500;

/** Accounts that a login enters by assuming a role in each. */
export interface MemberAccounts {
  /** Assumes the role. An account that cannot be entered is an outcome with its reason, never thrown; a fault of ours is. */
  enter(account: string, signal: AbortSignal): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }>;
  /** Clients of an account that was entered and not left. */
  clients(account: string): Clients | undefined;
  leave(account: string): void;
}

/**
 * Member accounts of a login. `partition` as in the caller's ARN: credentials never cross it. Sessions are named, cut down to what the sources read, renewed as they run out, and share the sockets of the
 * login's own clients. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function memberAccounts(base: Base, own: Clients, role: MemberRole, { partition, sessionName, values }: { readonly partition: string; readonly sessionName: string; readonly values: boolean }): MemberAccounts {
  const entered = new Map<string, { readonly clients: Clients; holders: number }>();

  async function open(account: string): Promise<Clients> {
    const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
    const { externalId, sessionTags = {}, durationSeconds } = role;
    const credentials = fromTemporaryCredentials({
      masterCredentials: own.credentials,
      params: {
        RoleArn: `arn:${partition}:iam::${account}:role/${role.name}`, RoleSessionName: role.sessionName ?? sessionName, Policy: sessionPolicy({ values }),
        ...(Object.keys(sessionTags).length === 0 ? {} : { Tags: Object.entries(sessionTags).map(([Key, Value]) => ({ Key, Value })) }),
        ...(externalId === undefined ? {} : { ExternalId: externalId }), ...(durationSeconds === undefined ? {} : { DurationSeconds: durationSeconds }),
      },
      clientConfig: { region: base.config.region, maxAttempts: 1, requestHandler: own.requestHandler, ...(base.config.endpoint === undefined ? {} : { endpoint: base.config.endpoint }) },
    });
    const clients = openClients(base, { credentials, shared: own.requestHandler });
    await clients.credentials();
    return clients;
  }

  return {
    enter: async (account, signal) => {
      const there = entered.get(account);
      if (there !== undefined) {
        there.holders += 1;
        return { ok: true };
      }
      for (let attempt = 1; ; attempt += 1) {
        signal.throwIfAborted();
        try {
          entered.set(account, { clients: await open(account), holders: 1 });
          return { ok: true };
        } catch (error) {
          const refused = refusalOf(error);
          if (refused === null) throw error;
          if (!refused.transient || attempt >= ATTEMPTS) return { ok: false, reason: `the role ${role.name} could not be assumed in ${account}: ${refused.reason}` };
          await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2), undefined, { signal });
        }
      }
    },
    clients: (account) => entered.get(account)?.clients,
    leave: (account) => {
      const there = entered.get(account);
      if (there === undefined) return;
      there.holders -= 1;
      if (there.holders === 0) entered.delete(account);
    },
  };
}

/** What an AssumeRole that did not work means; null for what is neither STS's answer nor the network's. */
function refusalOf(error: unknown): { readonly reason: string; readonly transient: boolean } | null {
  if (!(error instanceof Error)) return null;
  const reason = capped(`${error.name}: ${error.message}`);
  if ('$fault' in error) {
    const status: unknown = '$metadata' in error && typeof error.$metadata === 'object' && error.$metadata !== null ? Reflect.get(error.$metadata, 'httpStatusCode') : undefined;
    return { reason, transient: classifyError({ status: typeof status === 'number' ? status : 0, code: error.name, message: error.message }).transient };
  }
  const classified = classifyFailure(error);
  return classified === null ? null : { reason, transient: classified.transient };
}

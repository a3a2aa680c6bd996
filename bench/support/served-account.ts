// SPDX-License-Identifier: Apache-2.0
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { AWS_LOGIN } from '../../fixtures/company/company.ts';

const tally = z.object({ calls: z.number(), notOk: z.number(), operations: z.record(z.string(), z.number()), quotaBoundMs: z.number() });
/** What the server was asked since the last question: calls by operation, and how long its quota makes that many take. */
export type Tally = z.output<typeof tally>;

export interface ServedAccount {
  readonly url: string;
  /** An environment with the login of this account and of nothing else; `home` holds keys and caches. */
  readonly env: NodeJS.ProcessEnv;
  asked(): Promise<Tally>;
  close(): void;
}

/** Serves an account of `users` users from a process of its own, at `rate` requests a second. */
export async function serveAccount(users: number, rate: number, home: string): Promise<ServedAccount> {
  const server = fork(join(import.meta.dirname, 'aws-server.ts'), [String(users), String(rate)]);
  const { url } = z.object({ url: z.string() }).parse((await once(server, 'message'))[0]);
  return {
    url,
    env: {
      PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: join(home, 'config'), NODE_COMPILE_CACHE: join(home, 'cache'), AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: AWS_LOGIN.accessKeyId,
      AWS_SECRET_ACCESS_KEY: AWS_LOGIN.secretAccessKey, AWS_REGION: AWS_LOGIN.region, AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
    async asked() {
      const answer = once(server, 'message');
      server.send('tally');
      return tally.parse((await answer)[0]);
    },
    close() {
      server.disconnect();
    },
  };
}

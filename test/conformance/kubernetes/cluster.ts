// SPDX-License-Identifier: Apache-2.0
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { request, type Agent } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { kubeconfigOf } from '../../../fixtures/servers/kubernetes.ts';

const run = promisify(execFile);
const ISSUER = 'https://kubernetes.default.svc';
const START_MS = 120_000;
const LIFETIME_MS = 3_600_000;

/** A user of the token file: its name and groups. */
export interface TokenUser { readonly user: string; readonly groups: readonly string[] }

export interface Cluster {
  readonly url: string;
  readonly caPem: string;
  /** Of the cluster's administrator, whom no right limits. */
  readonly admin: string;
  /** Bearer tokens of the users that were asked for, by user. */
  readonly tokens: { readonly [user: string]: string };
  readonly etcd: string;
  /** File with the private key that legacy tokens are signed with. */
  readonly signingKey: string;
  readonly auditLog: string;
  /** Writes a kubeconfig of one context and gives its path. */
  kubeconfig(name: string, token: string): Promise<string>;
  /** One part of the server program (`kubectl`, `seed`) as the administrator; its standard output. Rejects with what it said. */
  run(part: 'kubectl' | 'seed', args: readonly string[], input?: string): Promise<string>;
  stop(): Promise<void>;
}

export interface Answer { readonly status: number; readonly headers: { readonly [name: string]: string | readonly string[] | undefined }; readonly text: string }

/** Starts etcd and kube-apiserver in a folder, on free ports of 127.0.0.1, and waits until the API server is ready. Rejects with the end of their logs. */
export async function startCluster(program: string, folder: string, users: readonly TokenUser[]): Promise<Cluster> {
  const [client, peer, port] = await freePorts(3);
  const started: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    // The API server first: without its store it would only complain.
    for (const child of started.toReversed()) await ended(child);
  };
  const begin = (name: string, file: string, args: readonly string[]): { child: ChildProcess; log: string } => {
    const log = join(folder, `${name}.log`);
    const out = openSync(log, 'a');
    const child = spawn(file, [...args], { cwd: folder, stdio: ['ignore', out, out] });
    closeSync(out);
    started.push(child);
    return { child, log };
  };
  try {
    const etcd = `http://127.0.0.1:${client}`;
    const store = begin('etcd', 'etcd', [
      '--data-dir', join(folder, 'etcd'), '--listen-client-urls', etcd, '--advertise-client-urls', etcd, '--listen-peer-urls', `http://127.0.0.1:${peer}`,
      '--initial-advertise-peer-urls', `http://127.0.0.1:${peer}`, '--initial-cluster', `default=http://127.0.0.1:${peer}`, '--quota-backend-bytes', '8589934592', '--snapshot-count', '1000000',
    ]);
    await until('etcd', store, async () => (await fetch(`${etcd}/health`)).ok);
    const tokens = Object.fromEntries(['administrator', ...users.map(({ user }) => user)].map((user) => [user, randomBytes(24).toString('hex')]));
    const signingKey = join(folder, 'service-account.pem');
    await writeFile(signingKey, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }));
    const lines = [{ user: 'administrator', groups: ['system:masters'] }, ...users].map(({ user, groups }) => `${tokens[user] ?? ''},${user},${user}-uid,"${groups.join(',')}"`);
    await writeFile(join(folder, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
    const auditLog = join(folder, 'audit.log');
    const api = begin('apiserver', program, [
      'apiserver', '--etcd-servers', etcd, '--bind-address', '127.0.0.1', '--advertise-address', '127.0.0.1', '--secure-port', String(port), '--cert-dir', join(folder, 'certificates'), '--service-cluster-ip-range', '10.0.0.0/24',
      '--authorization-mode', 'Node,RBAC', '--token-auth-file', join(folder, 'tokens.csv'), '--service-account-issuer', ISSUER, '--service-account-signing-key-file', signingKey, '--service-account-key-file', signingKey,
      '--audit-policy-file', join(import.meta.dirname, 'audit-policy.yaml'), '--audit-log-path', auditLog, '--audit-log-maxsize', '0', '--endpoint-reconciler-type', 'none',
    ]);
    const url = `https://127.0.0.1:${port}`;
    const certificate = join(folder, 'certificates', 'apiserver.crt');
    const admin = tokens['administrator'] ?? '';
    await until('kube-apiserver', api, async () => {
      const caPem = await readFile(certificate, 'utf8');
      return (await ask({ url, caPem }, admin, '/readyz')).status === 200;
    });
    const caPem = await readFile(certificate, 'utf8');
    const kubeconfig = async (name: string, token: string): Promise<string> => {
      const path = join(folder, `${name}.kubeconfig`);
      await writeFile(path, kubeconfigOf(name, url, caPem, token), { mode: 0o600 });
      return path;
    };
    const ours = await kubeconfig('administrator', admin);
    return {
      url, caPem, admin, tokens, etcd, signingKey, auditLog, kubeconfig, stop,
      run: async (part, args, input) => {
        // kubectl keeps what it learned of a server under HOME.
        const asked = run(program, [part, '--kubeconfig', ours, ...args], { maxBuffer: 256 * 1024 * 1024, timeout: LIFETIME_MS, env: { PATH: process.env['PATH'], HOME: folder } });
        asked.child.stdin?.end(input ?? '');
        return (await asked).stdout;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One request as the holder of a token. */
export function ask(server: { readonly url: string; readonly caPem: string }, token: string, path: string, options: { readonly accept?: string; readonly agent?: Agent; readonly method?: string; readonly body?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { accept, agent, method = 'GET', body } = options;
    const headers = { authorization: `Bearer ${token}`, ...(accept === undefined ? {} : { accept }), ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }) };
    const outgoing = request(new URL(path, server.url), { method, headers, ca: server.caPem, agent: agent ?? false, timeout: 60_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }));
      response.on('error', reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${path}: no answer within a minute`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function until(name: string, { child, log }: { readonly child: ChildProcess; readonly log: string }, ready: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + START_MS;
  let failed: Error | null = null;
  let last = 'no answer yet';
  child.once('error', (error) => {
    failed = error;
  });
  for (;;) {
    if (failed !== null || child.exitCode !== null || performance.now() > deadline) {
      const tail = (await readFile(log, 'utf8')).slice(-4000);
      throw new Error(`${name} did not start (${failed === null ? (child.exitCode === null ? last : `it ended with ${child.exitCode}`) : String(failed)})\n${tail}`);
    }
    try {
      if (await ready()) return;
    } catch (error) {
      last = String(error); // a server that is still starting refuses connections
    }
    await delay(100);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  // What does not end by itself within ten seconds is made to.
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(timer);
}

/** Ports that are free now, all held until all are known, so that none is given twice. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server));
  })));
  return await Promise.all(servers.map((server) => new Promise<number>((resolve, reject) => {
    const address = server.address();
    server.close((error) => (error === undefined && address !== null && typeof address === 'object' ? resolve(address.port) : reject(error ?? new Error('no port'))));
  })));
}

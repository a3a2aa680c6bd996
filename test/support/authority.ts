// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A key and certificate of a test's own. `chain`: certificates that its tokens carry beside it. */
export interface StampSigner { readonly key: string; readonly certificate: string; readonly chain: string | null }

/** A certificate authority of a test's own, made by openssl in a folder. */
export interface TestCa { readonly folder: string; readonly certificate: string; readonly key: string; readonly pem: string }

/** A line of an openssl command, with its standard error where it fails. */
export async function openssl(args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run('openssl', [...args]);
  return `${stdout}${stderr}`;
}

/** A root that signs itself; EC keys, as they are quick to make. */
export async function makeCa(folder: string, name: string): Promise<TestCa> {
  await mkdir(folder, { recursive: true });
  const [key, certificate] = [join(folder, 'ca.key'), join(folder, 'ca.pem')];
  await openssl(['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', certificate, '-days', '30', '-subj', `/O=Test/CN=${name}`, '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign']);
  return { folder, certificate, key, pem: await readFile(certificate, 'utf8') };
}

/** What a certificate may be, beside the one that RFC 3161 asks for. */
export interface CertificateForm { readonly key?: 'rsa' | 'rsa-small' | 'ec'; readonly usage?: string | null; readonly extensions?: readonly string[]; /** From and to, in openssl's form such as 20200101000000Z. */ readonly validity?: readonly [string, string]; readonly chain?: string }

const KEYS = { rsa: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], 'rsa-small': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'], ec: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:prime256v1'] } as const;

/** A key with a certificate of the authority; by default what RFC 3161, 2.3 asks for: time stamping alone, and critical. */
export async function issue(ca: TestCa, name: string, form: CertificateForm = {}): Promise<StampSigner> {
  const folder = join(ca.folder, name);
  await mkdir(folder, { recursive: true });
  const [key, request, certificate, config] = ['key.pem', 'request.pem', 'certificate.pem', 'issue.cnf'].map((file) => join(folder, file)) as [string, string, string, string];
  await openssl(['genpkey', ...KEYS[form.key ?? 'ec'], '-out', key]);
  await openssl(['req', '-new', '-key', key, '-subj', `/O=Test/CN=${name}`, '-out', request]);
  const usage = form.usage === undefined ? 'critical,timeStamping' : form.usage;
  await writeFile(join(folder, 'index.txt'), '');
  await writeFile(join(folder, 'index.txt.attr'), 'unique_subject = no\n');
  await writeFile(config, [
    '[ca]', 'default_ca = own', '[own]', `database = ${join(folder, 'index.txt')}`, `new_certs_dir = ${folder}`, 'default_md = sha256', 'policy = any', 'rand_serial = yes', 'x509_extensions = ext', '[any]', 'commonName = supplied', 'organizationName = optional',
    '[ext]', 'subjectKeyIdentifier = hash', 'authorityKeyIdentifier = keyid', ...(form.extensions ?? ['basicConstraints = CA:FALSE', 'keyUsage = critical,digitalSignature']), ...(usage === null ? [] : [`extendedKeyUsage = ${usage}`]), '',
  ].join('\n'));
  const validity = form.validity === undefined ? ['-days', '20'] : ['-startdate', form.validity[0], '-enddate', form.validity[1]];
  await openssl(['ca', '-batch', '-notext', '-config', config, '-cert', ca.certificate, '-keyfile', ca.key, '-in', request, '-out', certificate, ...validity]);
  return { key, certificate, chain: form.chain ?? null };
}

/** An intermediate authority under another. */
export async function issueCa(ca: TestCa, name: string, constraints = 'critical,CA:TRUE'): Promise<TestCa> {
  const { key, certificate } = await issue(ca, name, { usage: null, extensions: [`basicConstraints = ${constraints}`, 'keyUsage = critical,keyCertSign'] });
  const folder = join(ca.folder, `${name}-issues`);
  await mkdir(folder, { recursive: true });
  return { folder, certificate, key, pem: await readFile(certificate, 'utf8') };
}

/** The answer of `openssl ts` to a request, which is what a public authority would give. `algorithms`: those that it accepts for what is stamped. */
export async function reply(signer: StampSigner, request: Uint8Array, options: { readonly algorithms?: string; readonly digest?: string; readonly ess?: string } = {}): Promise<Buffer> {
  const folder = join(signer.key, '..', `reply-${process.hrtime.bigint()}`);
  await mkdir(folder);
  const [config, query, answer, serial] = ['ts.cnf', 'query.tsq', 'answer.tsr', 'serial'].map((file) => join(folder, file)) as [string, string, string, string];
  await writeFile(query, request);
  await writeFile(config, [
    '[tsa]', 'default_tsa = own', '[own]', `serial = ${serial}`, 'crypto_device = builtin', `signer_cert = ${signer.certificate}`, ...(signer.chain === null ? [] : [`certs = ${signer.chain}`]), `signer_key = ${signer.key}`, `signer_digest = ${options.digest ?? 'sha256'}`,
    'default_policy = 1.2.3.4.1', `digests = ${options.algorithms ?? 'sha256'}`, 'accuracy = secs:1', 'ordering = no', 'tsa_name = yes', 'ess_cert_id_chain = no', `ess_cert_id_alg = ${options.ess ?? 'sha256'}`, '',
  ].join('\n'));
  await openssl(['ts', '-reply', '-queryfile', query, '-out', answer, '-config', config]);
  const bytes = await readFile(answer);
  await rm(folder, { recursive: true });
  return bytes;
}

/** How a server answers one request for a stamp. */
export type Behaviour = (request: Buffer, response: ServerResponse, incoming: IncomingMessage) => Promise<void> | void;

export interface TestAuthority { readonly url: string; behaviour: Behaviour; readonly requests: { readonly method: string; readonly type: string; readonly path: string; readonly body: Buffer }[]; close(): Promise<void> }

/** A time stamp authority over HTTP on loopback (RFC 3161, 3.4). `behaviour` may be set anew at any time. */
export async function startAuthority(behaviour: Behaviour): Promise<TestAuthority> {
  const requests: TestAuthority['requests'] = [];
  const server = createServer((incoming, response) => {
    const answer = async (): Promise<void> => {
      const body = await buffer(incoming);
      requests.push({ method: incoming.method ?? '', type: incoming.headers['content-type'] ?? '', path: incoming.url ?? '', body });
      await authority.behaviour(body, response, incoming);
    };
    answer().catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const authority: TestAuthority = {
    url: `http://127.0.0.1:${address.port}/tsr`, behaviour, requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return authority;
}

/** The behaviour of an honest authority. */
export function stamps(signer: StampSigner, change: (answer: Buffer) => Buffer = (answer) => answer): Behaviour {
  return async (request, response) => {
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(change(await reply(signer, request)));
  };
}

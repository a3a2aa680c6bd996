// SPDX-License-Identifier: Apache-2.0
// A process of its own: what the same lists cost when nothing but node:https and JSON.parse runs. Argument: a file with server, login and first requests.
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { z } from 'zod';

const given = z.object({ url: z.string(), caPem: z.string(), token: z.string(), concurrency: z.number(), requests: z.array(z.object({ path: z.string(), accept: z.string() })) });
const page = z.looseObject({ metadata: z.looseObject({ continue: z.string().optional() }).optional() });

const { url, caPem, token, concurrency, requests } = given.parse(JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')));
const agent = new Agent({ keepAlive: true, maxSockets: concurrency, ca: caPem });
const queue = requests.toReversed();
let asked = 0;
let bytes = 0;

function get(path: string, accept: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, url), { agent, headers: { authorization: `Bearer ${token}`, accept } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => (response.statusCode === 200 ? resolve(Buffer.concat(chunks)) : reject(new Error(`${path}: ${response.statusCode ?? 0}`))));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

await Promise.all(Array.from({ length: concurrency }, async () => {
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { path, accept } = next;
    let after = '';
    do {
      const body = await get(after === '' ? path : `${path}&continue=${encodeURIComponent(after)}`, accept);
      asked += 1;
      bytes += body.byteLength;
      // Protobuf is not read further: of those lists this cluster has one page.
      after = accept.startsWith('application/json') ? (page.parse(JSON.parse(body.toString('utf8'))).metadata?.continue ?? '') : '';
    } while (after !== '');
  }
}));
agent.destroy();
process.stdout.write(JSON.stringify({ requests: asked, megabytes: bytes / 1024 / 1024 }));

// SPDX-License-Identifier: Apache-2.0
// A process of its own: what one call costs in CPU when nothing but the SDK runs. Prints microseconds a call. Arguments: address, calls.
import { GetAccessKeyLastUsedCommand, IAMClient } from '@aws-sdk/client-iam';
import { AWS_LOGIN } from '../../fixtures/company/company.ts';

const [endpoint = '', times = '200'] = process.argv.slice(2);
const client = new IAMClient({ endpoint, region: AWS_LOGIN.region, credentials: { accessKeyId: AWS_LOGIN.accessKeyId, secretAccessKey: AWS_LOGIN.secretAccessKey }, maxAttempts: 1 });
const ask = async (index: number): Promise<unknown> => client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: `AKIABENCH${String(index).padStart(8, '0')}XXX` }));
for (let index = 0; index < 20; index += 1) await ask(index);
const before = process.cpuUsage();
for (let index = 0; index < Number(times); index += 1) await ask(index);
const { user, system } = process.cpuUsage(before);
client.destroy();
process.stdout.write(String((user + system) / Number(times)));

// SPDX-License-Identifier: Apache-2.0
// A writer of a log in a bucket, in a process of its own: appends so many entries. Arguments: s3://bucket/prefix, a name, how many.
import { appendToBucket } from '../../../src/archive/bucket-log.ts';
import { openForWriting } from '../../../src/archive/open-bucket.ts';
import { instantOf } from '../../../src/model/instant.ts';
import { testSigner } from '../../support/signer.ts';

const [url = '', name = '', count = '0'] = process.argv.slice(2);
const bucket = await openForWriting(url, { mode: 'GOVERNANCE', days: 1 });
const signer = testSigner();
let known: readonly string[] = [];
for (let index = 0; index < Number(count); index += 1) ({ lines: known } = await appendToBucket(bucket, { event: 'run.aborted', at: instantOf(Date.now()), run: `${name} ${index}`, reason: 'a writer of a test' }, signer, known));
bucket.objects.close();

// SPDX-License-Identifier: Apache-2.0
import { onTestFinished } from 'vitest';
import { startS3, type FixtureS3 } from '../../fixtures/servers/s3.ts';
import { openForWriting, type BucketArchive, type Keeping } from '../../src/archive/open-bucket.ts';

// No login that anything gives out; the fixture server takes any.
export const S3_LOGIN = { AWS_ACCESS_KEY_ID: 'ROLLCALLFIXTURE00001', AWS_SECRET_ACCESS_KEY: 'not-a-secret-only-signs-for-loopback', AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true' } as const;
export const KEEPING: Keeping = { mode: 'GOVERNANCE', days: 30 };
export const BUCKET = 'evidence-bucket';
export const URL_OF_BUCKET = `s3://${BUCKET}/northwind`;

/** The fixture's S3 with one bucket, and the environment through which the real SDK client finds it; both end with the test. */
export async function s3Server(options: { readonly versioning?: boolean; readonly objectLock?: boolean; readonly conditions?: boolean; readonly pageSize?: number } = {}): Promise<{ readonly server: FixtureS3; readonly env: Record<string, string> }> {
  const server = await startS3(BUCKET, options);
  const env = { ...S3_LOGIN, AWS_ENDPOINT_URL_S3: server.url };
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  onTestFinished(async () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await server.close();
  });
  return { server, env };
}

/** The bucket, opened for writing through the SDK. */
export async function openedBucket(keeping: Keeping = KEEPING): Promise<BucketArchive> {
  const bucket = await openForWriting(URL_OF_BUCKET, keeping);
  onTestFinished(() => bucket.objects.close());
  return bucket;
}

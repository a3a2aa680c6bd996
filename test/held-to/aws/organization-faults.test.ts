// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { FAULTS } from '../../../fixtures/servers/aws-faults.ts';
import { aws } from '../../../scanners/aws/index.ts';
import { BUNDLE } from '../../../src/bundle/layout.ts';
import { ALL, closeAll, idOf, listed, MANAGEMENT, member, outcomesOf, scanOrganization, type Played } from '../../scanners/aws/support/organization.ts';

afterAll(closeAll);

const ids = [0, 1, 2, 3].map(idOf);
const list = [listed(MANAGEMENT, 'ACTIVE'), ...ids.map((id) => listed(id, 'ACTIVE'))];
/** Verdicts of the management account, which no list of accounts can change. */
async function own({ bundle }: Played): Promise<readonly string[]> {
  const lines = gunzipSync(await readFile(join(bundle, BUNDLE.verdicts))).toString('utf8').trimEnd().split('\n');
  return lines.filter((line) => line.includes(`aws:${MANAGEMENT}/`)).map((line) => line.replaceAll(/"at":"[^"]*"/g, ''));
}
const OPERATIONS = ['DescribeOrganization', 'ListAccounts'] as const;
/** A list goes on while it has a token and never says that it ends: a page that lost its token looks like the last one. */
const kinds = FAULTS.filter((kind) => kind !== 'no_end_marker');
const undisturbed = scanOrganization(ids.map((id) => member(id)), list, ALL);

test('the operations of the organization are these', () => {
  expect(aws.sources.filter(({ unitKind }) => unitKind === 'organization').flatMap(({ operations }) => operations.map(({ operation }) => operation)).sort()).toEqual([...OPERATIONS]);
});

describe.each(OPERATIONS)('%s', (operation) => {
  test.each(kinds)('%s: what was not listed is not called whole, and the own account stays as it is', { timeout: 60_000 }, async (kind) => {
    const played = await scanOrganization(ids.map((id) => member(id)), list, ALL, { after: 'login', requestTimeoutMs: kind === 'hang' ? 150 : 5000, pageSize: 2, faults: [{ operation, kind, retryAfterSeconds: 0 }] });
    expect(await own(played)).toEqual(await own(await undisturbed));
    const harmless = kind === 'unknown_field' || (operation === 'DescribeOrganization' && (kind === 'repeat_token' || kind === 'repeat_item'));
    if (operation === 'DescribeOrganization' || harmless) expect(Object.keys(outcomesOf(played))).toHaveLength(6);
    if (harmless) {
      expect(played.coverage.gaps).toEqual([]);
      expect(Object.values(outcomesOf(played)).every((outcome) => outcome === 'scanned')).toBe(true);
      return;
    }
    expect(played.coverage.gaps.map(({ unit, operation: named }) => [unit, named])).toEqual([['aws:o-harbor12345', operation]]);
    expect(played.scope.parentRead).toBe(operation === 'DescribeOrganization');
    expect(played.listed.find(({ kind: of }) => of === (operation === 'ListAccounts' ? 'aws.account' : 'aws.organization'))?.count).toBeNull();
  });
});

// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { FOLDER_NAME, GOOGLE_ORGANIZATION, LABS_PROJECT } from '../../../fixtures/company/google/project.ts';
import { GOOGLE_FAULTS } from '../../../fixtures/servers/google-faults.ts';
import { google } from '../../../scanners/google/index.ts';
import { outcomesOf, scanOrganization } from '../../scanners/google/support/organization.ts';

const ORGANIZATION = `google:organizations/${GOOGLE_ORGANIZATION}`;
/** Where each operation is asked, and what nobody can count without it. */
const OPERATIONS: { readonly [operation: string]: { readonly units: readonly string[]; readonly kinds: readonly string[]; readonly lists: boolean } } = {
  // Asked of the organization and of its one folder alike.
  GetDenyPolicy: { units: [`google:${FOLDER_NAME}`, ORGANIZATION], kinds: [], lists: false },
  GetFolder: { units: [`google:${FOLDER_NAME}`], kinds: [], lists: false },
  GetFolderPolicy: { units: [`google:${FOLDER_NAME}`], kinds: [], lists: false },
  GetOrganization: { units: [ORGANIZATION], kinds: [], lists: false },
  GetOrganizationPolicy: { units: [ORGANIZATION], kinds: [], lists: false },
  ListBoundaries: { units: [ORGANIZATION], kinds: ['google.principal-access-boundary'], lists: false },
  ListBoundaryBindings: { units: [ORGANIZATION], kinds: ['google.boundary-binding'], lists: false },
  ListDenyPolicies: { units: [`google:${FOLDER_NAME}`, ORGANIZATION], kinds: ['google.deny-policy'], lists: false },
  ListFolders: { units: [ORGANIZATION], kinds: ['google.folder'], lists: true },
  ListProjects: { units: [ORGANIZATION], kinds: ['google.listed-project'], lists: true },
  ListWorkforcePoolProviders: { units: [ORGANIZATION], kinds: ['google.workforce-provider'], lists: false },
  ListWorkforcePools: { units: [ORGANIZATION], kinds: ['google.workforce-pool', 'google.workforce-provider'], lists: false },
};

test('the operations of an organization and its folders are these', () => {
  const above = google.sources.filter(({ unitKind }) => ![unitKind].flat().includes('project'));
  expect([...new Set(above.flatMap(({ operations }) => operations.map(({ operation }) => operation)))].sort()).toEqual(Object.keys(OPERATIONS));
});

describe.each(Object.entries(OPERATIONS))('%s', (operation, { units, kinds, lists }) => {
  const meant = GOOGLE_FAULTS.filter((kind) => (lists || kind !== 'repeat_token') && !(['GetDenyPolicy', 'GetFolder', 'GetOrganization'].includes(operation) && (kind === 'twice' || kind === 'unknown_field')));
  test.each(meant)('%s: what was not read is a gap, and nothing else is touched', { timeout: 60_000 }, async (kind) => {
    // In the organization itself alone where a list is asked for of each folder, too.
    const played = await scanOrganization({ requestTimeoutMs: kind === 'hang' ? 2000 : 5000, ...(kind === 'repeat_token' ? { pageSize: 1 } : {}), faults: [{ operation, kind, when: (_path, query) => !lists || query.get('parent') === `organizations/${GOOGLE_ORGANIZATION}` }] });
    if (kind === 'unknown_field' || (kind === 'twice' && operation === 'GetOrganizationPolicy' && played.coverage.gaps.length === 0)) {
      expect(played.coverage.gaps).toEqual([]);
      return;
    }
    expect(played.coverage.gaps.map(({ unit, operation: named }) => [unit, named])).toEqual(units.map((unit) => [unit, operation]));
    for (const { unit, kind: of, count } of played.listed.filter((line) => line.unit === units[0])) if (kinds.includes(of)) expect(count, `${unit} ${of}`).toBeNull();
    if (lists) expect(played.scope.statement).toContain('could not be read to its end');
    // What lies beside it is read as ever.
    if (operation !== 'ListProjects') expect(outcomesOf(played)[LABS_PROJECT]).toBe('scanned');
  });
});

// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { notClosed, parsedRows } from '../../src/model/read-facts.ts';
import type { PageReference } from '../../src/model/reference.ts';
import type { ControlTotal, Related } from '../../src/model/source.ts';
import { totalRow, totalSchema } from './sources/arm/query.ts';
import { AZURE_ROLE_ROW, AZURE_ROLES, BUILT_IN_ROLE_ROW, BUILT_IN_ROLES, CUSTOM_ROLE_ROW, CUSTOM_ROLES, IDENTITY_USE, IDENTITY_USE_ROW, MANAGEMENT_GROUP_ROW, MANAGEMENT_GROUPS } from './sources/arm/tenant.ts';
import { APPLICATIONS } from './sources/applications.ts';
import { applicationsCount, applicationsCountAfter, COUNT, countSchema, principalsCount, principalsCountAfter } from './sources/counts.ts';
import { PRINCIPALS } from './sources/service-principals.ts';

const LAGS = 'the count comes from an index that follows changes with a delay';

/** The directory counts by an index that lags; so each count is asked before and after its list. Both lists together are the principals. */
export function controlTotals(related: Related, applications: number, principals: number): readonly ControlTotal[] {
  const first = total(related, 'Application registrations', '/applications/$count', [applicationsCount.id, applicationsCountAfter.id], APPLICATIONS, applications);
  const second = total(related, 'Service principals', '/servicePrincipals/$count', [principalsCount.id, principalsCountAfter.id], PRINCIPALS, principals);
  const before = sum(first.before, second.before);
  const after = sum(first.after, second.after);
  const listed = sum(first.listed, second.listed);
  return [
    {
      name: 'Principals', unit: related.unit.id, method: '/applications/$count and /servicePrincipals/$count with ConsistencyLevel: eventual, before and after the lists, together, against both lists', before, after, listed,
      state: stateOf(before, after, listed), note: `an application registration and the service principal that stands for it are two rows; ${LAGS}`, refs: [...first.refs, ...second.refs],
    },
    first, second,
  ];
}

function total(related: Related, name: string, path: string, [earlier, later]: readonly [string, string], list: string, count: number): ControlTotal {
  const before = countFrom(related, earlier);
  const after = countFrom(related, later);
  const listed = notClosed(related, list) === null ? count : null;
  return {
    name, unit: related.unit.id, method: `${path} with ConsistencyLevel: eventual, before and after the list`, before: before?.count ?? null, after: after?.count ?? null, listed,
    state: stateOf(before?.count ?? null, after?.count ?? null, listed), note: LAGS, refs: [...(before?.refs ?? []), ...(after?.refs ?? [])],
  };
}

function stateOf(before: number | null, after: number | null, listed: number | null): ControlTotal['state'] {
  if (before === null || after === null || listed === null) return 'unavailable';
  return before !== after ? 'changed_during_scan' : before === listed ? 'equal' : 'differs';
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function countFrom(related: Related, source: string): { readonly count: number; readonly refs: readonly PageReference[] } | null {
  const row = parsedRows(related, source, COUNT, countSchema)[0];
  return row === undefined ? null : { count: row.value.count, refs: row.row.refs };
}

const QUERIES: readonly (readonly [name: string, source: string, kind: string])[] = [
  ['Roles on Azure resources', AZURE_ROLES, AZURE_ROLE_ROW], ['Custom roles on Azure resources', CUSTOM_ROLES, CUSTOM_ROLE_ROW], ["Azure's own roles", BUILT_IN_ROLES, BUILT_IN_ROLE_ROW], ['Resources with managed identities', IDENTITY_USE, IDENTITY_USE_ROW], ['Management groups', MANAGEMENT_GROUPS, MANAGEMENT_GROUP_ROW],
];

/** Resource Graph counts what a query finds, and says so on every page; the number of the last one is held against the rows of all. */
export function queryTotals(related: Related): readonly ControlTotal[] {
  return QUERIES.map(([name, source, kind]) => {
    const [total] = parsedRows(related, source, totalRow(kind), totalSchema);
    const listed = notClosed(related, source) === null ? parsedRows(related, source, kind, z.unknown()).length : null;
    const after = total?.value.total ?? null;
    return {
      name, unit: related.unit.id, method: 'totalRecords of the query of Resource Graph, against its rows', before: null, after, listed, state: after === null || listed === null ? 'unavailable' : after === listed ? 'equal' : 'differs',
      note: 'of what the login sees', refs: total?.row.refs ?? [],
    };
  });
}

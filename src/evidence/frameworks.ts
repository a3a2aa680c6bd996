// SPDX-License-Identifier: Apache-2.0
import { RESPONSIBILITY_STATEMENT, type Control, type FrameworksFile } from '../bundle/records.ts';
import type { Check } from '../checks/define.ts';
import { shippedMappings } from './mappings.ts';

/** The table beside the evidence. A control stands at a requirement through its checks, or because management named it. */
export function frameworksFile(controls: readonly Control[], checks: readonly Check[]): FrameworksFile {
  const { frameworks, rows } = shippedMappings();
  const known = new Set(checks.map(({ id }) => id));
  return {
    responsibility: RESPONSIBILITY_STATEMENT,
    note: 'A requirement that checks bear on is supported by them, never satisfied. The relations are our own judgement, with the reason beside each.',
    frameworks: frameworks.map((framework) => ({
      id: framework.id, version: framework.version, title: framework.title, licence: framework.licence, source: framework.source.url,
      requirements: [...framework.items, ...framework.otherIds.map((id) => ({ id, title: 'named by management; no check here bears on it', text: undefined }))].flatMap((item) => {
        const mine = rows.filter((row) => row.framework === framework.id && row.version === framework.version && row.item === item.id && known.has(row.check));
        const through = controls.filter((control) => control.checks.some(({ check }) => mine.some((row) => row.check === check)) || control.criteria.includes(item.id)).map(({ id }) => id);
        if (mine.length === 0 && through.length === 0) return [];
        return [{ id: item.id, title: item.title ?? item.text ?? '', controls: through, checks: mine.map(({ check, relation, rationale }) => ({ check, relation, rationale })) }];
      }),
      notCovered: framework.notCovered,
    })),
  };
}

// SPDX-License-Identifier: Apache-2.0
// Checks a second on one core: evaluate alone, and evaluate and write as a bundle keeps them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLineWriter } from '../src/bundle/line-writer.ts';
import { CHECKS } from '../src/checks/all.ts';
import { runChecks } from '../src/checks/run.ts';
import { parametersInForce } from '../src/evidence/controls.ts';
import { known } from '../src/model/fact.ts';
import { exactly } from '../src/model/instant.ts';
import { credential, daysBefore, identity, inventoryOf, ref, ROWS_AS_OF, ROWS_UNIT } from '../test/support/rows.ts';
import { median } from './support/measure.ts';

const IDENTITIES = 20_000;
const BUDGETS = { evaluate: 200_000, write: 60_000 } as const;

const identities = Array.from({ length: IDENTITIES }, (_, index) => identity({ key: `${ROWS_UNIT}/AIDA${index}`, id: `AIDA${index}`, name: `service-${index}`, created: known(exactly(daysBefore(index % 900)), [ref(index)]) }));
const credentials = identities.map(({ key }, index) => credential({ key: `${ROWS_UNIT}/AKIA${index}`, id: `AKIA${index}`, identity: key, created: known(exactly(daysBefore(index % 900)), [ref(index)]) }));
const inventory = inventoryOf({ identities, credentials });
const parameters = parametersInForce(CHECKS, []);

const evaluated: number[] = [];
const written: number[] = [];
const folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
try {
  for (let turn = 0; turn < 4; turn += 1) {
    const started = process.cpuUsage();
    const outcomes = [...runChecks(CHECKS, ROWS_UNIT, inventory, parameters, ROWS_AS_OF)];
    const verdicts = outcomes.reduce((sum, each) => sum + each.verdicts.length, 0);
    const judged = verdicts + outcomes.flatMap(({ folded }) => folded).reduce((sum, { count }) => sum + count, 0);
    const between = process.cpuUsage(started);
    const writer = await openLineWriter(join(folder, `${turn}.jsonl.gz`));
    for (const { verdicts: own, folded } of outcomes) for (const verdict of [...own, ...folded]) await writer.write(verdict);
    await writer.close();
    const whole = process.cpuUsage(started);
    if (turn === 0) {
      console.log(`${CHECKS.length} checks over ${IDENTITIES} identities and as many keys: ${judged} judgements, ${verdicts} verdicts`);
      continue; // the first turn warms the compiler
    }
    evaluated.push(judged / ((between.user + between.system) / 1e6));
    written.push(judged / ((whole.user + whole.system) / 1e6));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
for (const [what, value, budget] of [['evaluate', median(evaluated), BUDGETS.evaluate], ['evaluate and write', median(written), BUDGETS.write]] as const) {
  console.log(`${value >= budget ? 'within' : 'BEYOND'}  ${what.padEnd(24)} ${Math.round(value)} checks a second of CPU   budget at least ${budget}`);
}

// SPDX-License-Identifier: Apache-2.0
import { parse } from 'yaml';
import { CONTROLS_YAML } from '../../fixtures/company/controls.ts';
import { momentOfDay } from '../../fixtures/company/quarter/account.ts';
import { acts, INES } from '../../fixtures/company/quarter/acts.ts';
import { quarterPart } from '../../fixtures/company/quarter/part.ts';
import { RUNS, type PlannedRun } from '../../fixtures/company/quarter/plan.ts';
import { startCompany } from '../../fixtures/company/start.ts';
import { PROVIDERS } from '../../scanners/index.ts';
import { archivePaths } from '../bundle/layout.ts';
import { CHECKS } from '../checks/all.ts';
import { appendEvent } from '../evidence/append-log.ts';
import { parseControls } from '../evidence/controls.ts';
import { sha256 } from '../evidence/digest.ts';
import type { Signer } from '../evidence/signer.ts';
import { parseOwners } from '../inventory/owners-file.ts';
import { instantOf, millisecondsOf, plusDays, type Instant } from '../model/instant.ts';
import { canonicalJson } from '../model/json.ts';
import { runScan } from '../pipeline/scan.ts';
import { parseConfiguration } from '../scope/configuration.ts';
import { reviewSteps } from './play-review.ts';
import { VERSION } from './version.ts';

/** A version that the quarter's first runs say they were made with, so that a change of the tool lies within it. The code is the same. */
export const OLDER = '0.0.9';
const PACE = { firstBackoffMs: 5, longestBackoffMs: 20, longestPollMs: 5 };

export interface Played { readonly sealed: readonly { readonly run: string; readonly at: Instant; readonly bundle: string }[] }

/**
 * Plays a quarter of the fixture company into an archive: real scans of an AWS account that answers on loopback as it stood on each day, and in between what people
 * did, each logged at its day. `told` hears of each run.
 */
export async function playQuarter(archive: string, first: Instant, signer: Signer, told: (line: string) => void): Promise<Played> {
  const { log } = archivePaths(archive);
  const sealed: { run: string; at: Instant; bundle: string }[] = [];
  const steps = [
    ...acts(first).map((act) => ({ day: act.day, act, run: null, review: null })), ...RUNS.map((run) => ({ day: run.day, act: null, run, review: null })), ...reviewSteps(archive, first, signer).map((review) => ({ day: review.day, act: null, run: null, review })),
  ].sort((a, b) => a.day - b.day);
  for (const { day, act, run, review } of steps) {
    const at = momentOfDay(first, day);
    if (review !== null) await review.play(at, sealed.at(-1)?.bundle ?? '');
    if (act !== null) await appendEvent(log, act.event(at, sealed), signer);
    if (run !== null) {
      const bundle = await playRun(archive, first, at, run, signer);
      told(`${at.slice(0, 10)}: ${bundle === null ? 'a run was stopped' : `a run was sealed (${run.occasion}, rollcall ${toolOf(run)})`}`);
      if (bundle !== null) sealed.push(bundle);
    }
  }
  return { sealed };
}

function toolOf({ tool }: PlannedRun): string {
  return tool === 'older' ? OLDER : VERSION;
}

/** What ends a run of the quarter that is not to end well: for good, and logged as that. */
class Stopped extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Stopped';
  }
}

async function playRun(archive: string, first: Instant, at: Instant, run: PlannedRun, signer: Signer): Promise<{ run: string; at: Instant; bundle: string } | null> {
  const started = performance.now();
  const company = await startCompany(at, [quarterPart(first)]);
  try {
    for (const { started: part } of company.parts) part.setFaults(run.faults);
    const { configuration, targets } = parseConfiguration(company.configuration, 'the quarter', PROVIDERS);
    const owners = parseOwners(ownersOf(first, at), 'owners of the quarter');
    const result = await runScan({
      archive, providers: PROVIDERS, configuration, declared: true, targets, depth: 'standard', occasion: run.occasion, signer, toolVersion: toolOf(run), signal: new AbortController().signal, pace: PACE,
      inputs: [{ name: 'owners', origin: 'owners.yaml', sha256: sha256(canonicalJson(owners)), value: owners }, { name: 'controls', origin: 'controls.yaml', sha256: sha256(CONTROLS_YAML), value: { controls: parseControls(parse(CONTROLS_YAML), CHECKS, 'controls of the quarter') } }],
      clock: () => millisecondsOf(at) + Math.floor(performance.now() - started), progress: () => undefined, announce: () => { if (!run.ends) throw new Stopped(); }, stage: () => undefined,
    });
    return { run: result.run.run, at: result.run.startedAt, bundle: result.bundle };
  } catch (error) {
    if (error instanceof Stopped) return null;
    throw error;
  } finally {
    await company.close();
  }
}

/** The owners file as it stood: who reviewed when, and what the tags do not tell. */
function ownersOf(first: Instant, at: Instant): object {
  const reviewed = [60, -25].map((day) => plusDays(first, day)).find((moment) => moment <= at) ?? instantOf(0);
  return { owners: [{ match: { name: '*' }, reviewed: { on: reviewed.slice(0, 10), by: INES.name } }, { match: { name: 'nightly-*' }, class: 'non-human', declaredBy: INES.name }] };
}

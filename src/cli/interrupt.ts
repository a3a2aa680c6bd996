// SPDX-License-Identifier: Apache-2.0
import type { Terminal } from './terminal.ts';

/** A signal that the user's interrupt (or a scheduler's termination) sets, so that a run can end cleanly. A second interrupt ends at once. */
export function interruptible(terminal: Terminal): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  function onSignal(name: NodeJS.Signals): void {
    if (controller.signal.aborted) process.exit(130);
    terminal.error(`${name}: ending the run; what it has read stays, and nothing is sealed. Once more ends at once.`);
    controller.abort(new Error(`interrupted by ${name}`));
  }
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

// SPDX-License-Identifier: Apache-2.0

/** What the process ends with. `interrupted` is what shells expect after an interrupt (128 + SIGINT). `gap`: something in scope could not be read and nobody had named it; `finding`: what was asked to fail did. */
export const EXIT = { ok: 0, finding: 1, usage: 2, gap: 3, fault: 4, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

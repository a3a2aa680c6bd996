// SPDX-License-Identifier: Apache-2.0
import manifest from '../../package.json' with { type: 'json' };

/** This version of Rollcall, as bundles and `--version` name it. */
export const VERSION: string = manifest.version;

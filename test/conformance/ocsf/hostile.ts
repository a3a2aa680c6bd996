// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { exported, hostileBundle } from '../../support/export-bundle.ts';

// Exports a bundle whose names try to act, as findings, into `<folder>/hostile`.
const folder = process.argv[2];
if (folder === undefined) throw new Error('name a folder to write into');
await exported(await hostileBundle(join(folder, 'hostile-archive')), 'ocsf', join(folder, 'hostile'));

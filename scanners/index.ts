// SPDX-License-Identifier: Apache-2.0
import type { Provider } from '../src/model/source.ts';
import { aws } from './aws/index.ts';
import { azure } from './azure/index.ts';
import { kubernetes } from './kubernetes/index.ts';

/** Every provider that Rollcall knows. A new one is a folder beside this file and a line here. */
export const PROVIDERS: readonly Provider[] = [aws, azure, kubernetes];

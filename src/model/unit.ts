// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** An account, tenant, subscription, project or cluster (and region where the API is regional). `id` is `provider:native id`. */
export const unitSchema = z.object({
  id: z.string(), provider: z.string(), kind: z.string(), nativeId: z.string(), name: z.string().nullable(), target: z.string(),
  /** Whether management declared it, a parent listed it, or the login itself answered with it. */
  basis: z.enum(['declared', 'discovered', 'own_login']),
  /** Reads that management opted into for it, by the name that the scope of its target has for them; absent where there are none. */
  optedIn: z.array(z.string()).optional(),
});
export type Unit = z.output<typeof unitSchema>;

// SPDX-License-Identifier: Apache-2.0
import type * as Sdk from '@azure/identity';
import { ConnectError } from '../../src/model/source.ts';
import type { Cloud } from './clouds.ts';
import { modeOf, type Auth } from './target.ts';

/** What is taken of the SDK: classes that get a token, and nothing that reads. */
export type Identity = Pick<typeof Sdk, 'DefaultAzureCredential' | 'EnvironmentCredential' | 'WorkloadIdentityCredential' | 'ManagedIdentityCredential' | 'AzureCliCredential' | 'ClientCertificateCredential'>;
export type Credential = Sdk.TokenCredential;

/** The values of AZURE_TOKEN_CREDENTIALS under which DefaultAzureCredential runs no program. */
const RUNS_NOTHING: ReadonlySet<string> = new Set(['prod', 'environmentcredential', 'workloadidentitycredential', 'managedidentitycredential']);

/**
 * The setting of AZURE_TOKEN_CREDENTIALS for `ambient: true`: the user's own where no program would run, else the chain without programs.
 * Throws a ConnectError where the user's own would run one: only a target may name a program.
 */
export function chainWithoutPrograms(setting: string | undefined, target: string): string {
  const own = setting?.trim().toLowerCase() ?? '';
  if (own === '') return 'prod';
  if (RUNS_NOTHING.has(own)) return own;
  throw new ConnectError(`target ${target}: AZURE_TOKEN_CREDENTIALS is set to one that logs in through a program on this machine, which Rollcall runs only where a target names it`, 'write `auth: { cli: true }` to act as who is logged in to `az`, or set AZURE_TOKEN_CREDENTIALS=prod');
}

/** The credential that a target names. Gets no token yet, and runs nothing. */
export function chooseCredential(sdk: Identity, auth: Auth, tenant: string | undefined, cloud: Cloud): Credential {
  // Discovery asks login.microsoftonline.com about an authority; one of our own is unknown there, and needs not be told to it.
  const options = { authorityHost: cloud.authority.origin, disableInstanceDiscovery: cloud.own, ...(tenant === undefined ? {} : { tenantId: tenant }) };
  switch (modeOf(auth)) {
    case 'ambient': return new sdk.DefaultAzureCredential(options);
    case 'environment': return new sdk.EnvironmentCredential(options);
    case 'workloadIdentity': {
      const named = auth.workloadIdentity === true || auth.workloadIdentity === undefined ? {} : auth.workloadIdentity;
      return new sdk.WorkloadIdentityCredential({ ...options, ...(named.clientId === undefined ? {} : { clientId: named.clientId }), ...(named.tokenFile === undefined ? {} : { tokenFilePath: named.tokenFile }) });
    }
    case 'managedIdentity': return auth.managedIdentity === true || auth.managedIdentity === undefined ? new sdk.ManagedIdentityCredential() : new sdk.ManagedIdentityCredential({ clientId: auth.managedIdentity.clientId });
    case 'cli': return new sdk.AzureCliCredential(tenant === undefined ? {} : { tenantId: tenant });
    case 'clientCertificate': {
      if (auth.clientCertificate === undefined || tenant === undefined) throw new Error('a login by certificate needs application and tenant; the schema of targets asks for both');
      return new sdk.ClientCertificateCredential(tenant, auth.clientCertificate.clientId, { certificatePath: auth.clientCertificate.certificateFile }, options);
    }
  }
}

/** Where the login itself leaves no time: a token is renewed this long before it ends. */
const RENEW_BEFORE_MS = 300_000;

/** Hands out a token, and gets a new one when the old one ends soon or was refused. One request for a token at a time. */
export interface TokenKeeper { token(signal: AbortSignal): Promise<string>; refused(token: string): void }

/** `clock`: milliseconds since 1970, as tokens count their end. The token stays in memory and goes nowhere but into a request's header. */
export function keepToken(credential: Credential, scope: string, timeoutMs: number, clock: () => number): TokenKeeper {
  let held: { readonly token: string; readonly until: number } | null = null;
  let asking: Promise<string> | null = null;
  async function ask(): Promise<string> {
    // The SDK itself waits without end for an authority that does not answer.
    const got = await within(credential.getToken(scope), AbortSignal.timeout(timeoutMs));
    if (got === null) throw new Error('the login gave no token');
    held = { token: got.token, until: got.expiresOnTimestamp - RENEW_BEFORE_MS };
    return got.token;
  }
  return {
    token: async (signal) => {
      signal.throwIfAborted();
      if (held !== null && clock() < held.until) return held.token;
      asking ??= ask().finally(() => { asking = null; });
      return await within(asking, signal);
    },
    refused: (token) => { if (held?.token === token) held = null; },
  };
}

/** What a promise brings, or the signal's reason where that comes first. */
async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => { reject(signal.reason instanceof Error ? signal.reason : new Error('aborted')); };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

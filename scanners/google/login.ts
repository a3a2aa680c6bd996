// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import type { AuthClient, GoogleAuth, Impersonated, JWT } from 'google-auth-library';
import { z } from 'zod';
import { ConnectError } from '../../src/model/source.ts';
import type { Auth } from './target.ts';

/** IAM knows no narrower scope; what a login may do is what its roles give. https://developers.google.com/identity/protocols/oauth2/scopes */
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** What is taken of the SDK: logins, and nothing that reads. */
export interface Sdk { readonly GoogleAuth: typeof GoogleAuth; readonly Impersonated: typeof Impersonated; readonly JWT: typeof JWT }

export interface Login { readonly client: AuthClient; readonly principal: string; readonly project: string | null }

/** What of a file of credentials says who it is. Its secrets are for the SDK alone and not parsed here. */
const fileSchema = z.looseObject({ type: z.string(), client_email: z.string().optional(), project_id: z.string().optional(), audience: z.string().optional(), service_account_impersonation_url: z.string().optional() });
type Credentials = z.output<typeof fileSchema>;

/** The login that a target names. `variables`: the environment. Asks for no token yet. Throws a ConnectError: no file, one that is none, or one that runs a program. */
export async function chooseLogin(sdk: Sdk, auth: Auth, target: string, variables: { readonly [name: string]: string | undefined }): Promise<Login> {
  const file = auth.credentialsFile ?? variables['GOOGLE_APPLICATION_CREDENTIALS'];
  const credentials = file === undefined ? null : await readCredentials(file, target);
  // Without a project of its own the SDK would run `gcloud` to ask for one; which projects are read stands elsewhere.
  const google = new sdk.GoogleAuth({ scopes: [SCOPE], projectId: credentials?.project_id ?? variables['GOOGLE_CLOUD_PROJECT'] ?? 'not-asked-for', ...(file === undefined ? {} : { keyFilename: file }) });
  const client = await google.getClient();
  // A token that the key signs itself: what Google's own clients do, and it asks no other host. https://google.aip.dev/auth/4111
  if (client instanceof sdk.JWT) client.useJWTAccessWithScope = true;
  const project = credentials?.project_id ?? variables['GOOGLE_CLOUD_PROJECT'] ?? null;
  if (auth.impersonate === undefined) return { client, principal: principalOf(credentials), project };
  // The SDK would fetch a token from another host first, which it then does not use: what it asks next carries one that the key signs itself.
  if (client instanceof sdk.JWT) client.getAccessToken = () => Promise.resolve({ token: null });
  const impersonated = new sdk.Impersonated({ sourceClient: client, targetPrincipal: auth.impersonate, targetScopes: [SCOPE], lifetime: 3600, ...(auth.endpoints === undefined ? {} : { endpoint: new URL(auth.endpoints.impersonation).origin }) });
  return { client: impersonated, principal: `${auth.impersonate}, as whom ${principalOf(credentials)} acts`, project };
}

async function readCredentials(file: string, target: string): Promise<Credentials> {
  const remedy = 'name a file of credentials under `auth.credentialsFile` or in GOOGLE_APPLICATION_CREDENTIALS';
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new ConnectError(`target ${target}: the file of credentials cannot be read (${error instanceof Error ? error.message : String(error)})`, remedy, { cause: error });
  }
  const parsed = fileSchema.safeParse(parse(text));
  // The file is secret: nothing of it is shown.
  if (!parsed.success) throw new ConnectError(`target ${target}: ${file} is no file of credentials of Google Cloud`, remedy);
  if (executable(parsed.data)) throw new ConnectError(`target ${target}: ${file} gets its token from a program, which Rollcall does not run`, 'let the program write the token to a file, and name that under credential_source');
  return parsed.data;
}

function executable(credentials: Credentials): boolean {
  return z.looseObject({ credential_source: z.looseObject({ executable: z.unknown() }) }).safeParse(credentials).data?.credential_source.executable !== undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Who a file of credentials is, as far as it says. */
function principalOf(credentials: Credentials | null): string {
  if (credentials === null) return 'the application default credentials at hand';
  const impersonated = /\/serviceAccounts\/([^/:]+):generateAccessToken$/.exec(credentials.service_account_impersonation_url ?? '')?.[1];
  if (impersonated !== undefined) return `${impersonated} (as the file of credentials says)`;
  if (credentials.client_email !== undefined) return `${credentials.client_email} (as the file of credentials says)`;
  return credentials.type === 'external_account' ? `a federated login for ${credentials.audience ?? 'an audience that its file does not name'}` : `a login of type ${credentials.type}`;
}

// SPDX-License-Identifier: Apache-2.0
import { ConnectError, type Reply } from '../../src/model/source.ts';
import { classifyFailure } from './outcome.ts';
import { capped } from './reply.ts';
import type { Auth } from './target.ts';

const SIGN_IN = 'sign in again (`aws sso login`, fresh environment variables or a fresh token), then `aws sts get-caller-identity` to see that it works';
const NO_LOGIN = 'set AWS_PROFILE, or AWS_ACCESS_KEY_ID with its secret, or run `aws sso login`; or name a profile or role under `auth`';
const NETWORK = 'check the network, the proxy, and the endpoint and region that are configured (AWS_ENDPOINT_URL, `auth.endpoint`, `auth.region`)';

/** A GetCallerIdentity that did not answer, as an error with its remedy. */
export function loginFailure(reply: Extract<Reply, { ok: false }>, auth: Auth, target: string): ConnectError {
  const what = [reply.errorCode, reply.message].filter((part) => part !== null).join(': ');
  if (reply.errorCode !== null && isNoLogin(reply.errorCode)) return noLogin(what, auth, target);
  switch (reply.outcome) {
    case 'login_expired': return new ConnectError(`target ${target}: AWS refused the credentials (${what})`, `${SIGN_IN}; for China or GovCloud set \`auth.region\` to one of its regions`);
    case 'denied':
    case 'denied_by_org_policy': return new ConnectError(`target ${target}: AWS denied the login (${what})`, roleRemedy(auth));
    case 'timeout':
    case 'unreachable': return new ConnectError(`target ${target}: AWS did not answer (${what})`, NETWORK);
    case 'malformed': return new ConnectError(`target ${target}: what answered is not AWS (${what})`, NETWORK);
    case 'throttled':
    case 'not_found':
    case 'rejected':
    case 'api_disabled':
    case 'unlicensed': return new ConnectError(`target ${target}: the login did not work (${what})`, SIGN_IN);
  }
}

/** A DescribeOrganization that did not answer, as an error with its remedy. */
export function organizationFailure(reply: Extract<Reply, { ok: false }>, target: string): ConnectError {
  const what = [reply.errorCode, reply.message].filter((part) => part !== null).join(': ');
  if (reply.errorCode === 'AWSOrganizationsNotInUseException') return new ConnectError(`target ${target}: its account belongs to no organization (${what})`, 'leave `scope.organization` out, or log in to the management account or a delegated administrator');
  return new ConnectError(`target ${target}: its organization could not be read (${what})`, reply.outcome === 'timeout' || reply.outcome === 'unreachable' || reply.outcome === 'malformed' ? NETWORK : 'allow organizations:DescribeOrganization and organizations:ListAccounts, and log in to the management account or a delegated administrator');
}

/** An error before any answer, as an error with its remedy. Anything that is neither network nor login stays the cause. */
export function connectFailure(error: unknown, auth: Auth, target: string): ConnectError {
  const message = capped(error instanceof Error ? error.message : String(error));
  if (/region is missing|invalid region/i.test(message)) return new ConnectError(`target ${target}: no usable AWS region (${message})`, 'set AWS_REGION or `auth.region`, e.g. us-east-1', { cause: error });
  const classified = classifyFailure(error);
  if (classified !== null && isNoLogin(classified.code)) return noLogin(message, auth, target, error);
  if (classified?.outcome === 'timeout' || classified?.outcome === 'unreachable') return new ConnectError(`target ${target}: AWS did not answer (${message})`, NETWORK, { cause: error });
  return new ConnectError(`target ${target}: the login did not work (${message})`, auth.assumeRole === undefined ? NO_LOGIN : roleRemedy(auth), { cause: error });
}

function isNoLogin(code: string): boolean {
  return /^(CredentialsProviderError|TokenProviderError|ProviderError)$/.test(code);
}

function noLogin(message: string, auth: Auth, target: string, cause?: unknown): ConnectError {
  const options = cause === undefined ? undefined : { cause };
  if (/expired|refresh/i.test(message)) return new ConnectError(`target ${target}: the AWS login has expired (${message})`, SIGN_IN, options);
  if (auth.profile !== undefined) return new ConnectError(`target ${target}: profile ${auth.profile} gives no credentials (${message})`, `check it with \`aws sts get-caller-identity --profile ${auth.profile}\`, or name another under \`auth.profile\``, options);
  return new ConnectError(`target ${target}: no AWS credentials were found (${message})`, NO_LOGIN, options);
}

function roleRemedy(auth: Auth): string {
  return auth.assumeRole === undefined
    ? 'an organization policy may deny it; ask whoever runs the organization'
    : `let ${auth.assumeRole.roleArn} trust this principal${auth.assumeRole.externalId === undefined ? '' : ' with the external id that `auth` names'}, and allow this principal sts:AssumeRole on it`;
}

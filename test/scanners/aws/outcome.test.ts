// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { classifyError, classifyFailure, httpDate, retryAfterMs } from '../../../scanners/aws/outcome.ts';
import { replyOf } from '../../../scanners/aws/reply.ts';

const SCP = 'User: arn:aws:iam::111122223333:user/x is not authorized to perform: iam:ListAccessKeys with an explicit deny in a service control policy';
const RCP = 'not authorized to perform: sts:AssumeRole with an explicit deny in a resource control policy';
const OWN = 'not authorized to perform: iam:ListAccessKeys with an explicit deny in an identity-based policy';

test.each([
  [403, 'AccessDenied', 'no', 'denied', false], [403, 'AccessDeniedException', OWN, 'denied', false], [403, 'AccessDenied', SCP, 'denied_by_org_policy', false], [403, 'AccessDenied', RCP, 'denied_by_org_policy', false],
  [400, 'Throttling', 'Rate exceeded', 'throttled', true], [400, 'ThrottlingException', null, 'throttled', true], [429, 'TooManyRequestsException', null, 'throttled', true], [503, 'RequestLimitExceeded', null, 'throttled', true], [503, 'SlowDown', null, 'throttled', true], [409, 'LimitExceeded', null, 'throttled', true],
  [403, 'ExpiredToken', null, 'login_expired', false], [403, 'ExpiredTokenException', null, 'login_expired', false], [403, 'InvalidClientTokenId', null, 'login_expired', false], [403, 'SignatureDoesNotMatch', null, 'login_expired', false], [403, 'UnrecognizedClientException', null, 'login_expired', false],
  [404, 'NoSuchEntity', null, 'not_found', false], [410, 'ReportNotPresent', null, 'not_found', false], [410, 'ReportExpired', null, 'not_found', false], [404, 'ReportInProgress', null, 'not_found', true],
  [400, 'InvalidInput', null, 'rejected', false], [400, 'ValidationError', SCP, 'rejected', false],
  [500, 'ServiceFailure', null, 'unreachable', true], [502, null, null, 'unreachable', true], [501, null, null, 'rejected', false], [429, null, null, 'throttled', true], [403, null, null, 'denied', false], [400, 'SomethingNew', null, 'rejected', false],
] as const)('status %i %s is %4$s', (status, code, message, outcome, transient) => {
  expect(classifyError({ status, code, message })).toEqual({ outcome, transient });
});

test.each([
  ['TimeoutError', null, 'timeout', true], ['Error', 'ETIMEDOUT', 'timeout', true], ['Error', 'ECONNREFUSED', 'unreachable', true], ['Error', 'ECONNRESET', 'unreachable', true], ['Error', 'ENOTFOUND', 'unreachable', false],
  ['Error', 'SELF_SIGNED_CERT_IN_CHAIN', 'unreachable', false], ['CredentialsProviderError', null, 'login_expired', false],
] as const)('a request without response, %s %s, is %s', (name, code, outcome, transient) => {
  const error = Object.assign(new Error('x'), { name }, code === null ? {} : { code });
  expect(classifyFailure(error)).toMatchObject({ outcome, transient });
  expect(classifyFailure(new Error('wrapped', { cause: error }))).toMatchObject({ outcome, transient });
});

test('an error of our own making is no outcome', () => {
  expect(classifyFailure(new TypeError('x is not a function'))).toBeNull();
});

test('Retry-After is read in seconds and as a date against the response itself, and is bounded', () => {
  const at = httpDate('Sun, 22 Nov 2026 09:30:00 GMT');
  expect(at).toBe('2026-11-22T09:30:00.000Z');
  expect(retryAfterMs('3', null)).toBe(3000);
  expect(retryAfterMs('Sun, 22 Nov 2026 09:30:07 GMT', at)).toBe(7000);
  expect(retryAfterMs('Sun, 22 Nov 2026 09:29:00 GMT', at)).toBe(0);
  expect(retryAfterMs('Sun, 22 Nov 2026 09:30:07 GMT', null)).toBeNull();
  expect(retryAfterMs('999999', null)).toBe(300_000);
  expect(retryAfterMs('soon', at)).toBeNull();
  expect(retryAfterMs(undefined, at)).toBeNull();
  expect(httpDate('2026-11-22T09:30:00Z')).toBeNull();
});

test('an error message is capped, and request id, date and Retry-After come along', () => {
  const body = new TextEncoder().encode(`<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>${'m'.repeat(2000)}</Message></Error><RequestId>abc</RequestId></ErrorResponse>`);
  const reply = replyOf('ListAccessKeys', { status: 400, headers: { Date: 'Sun, 22 Nov 2026 09:30:00 GMT', 'Retry-After': '2' }, body, cut: null }, 'query');
  expect(reply).toMatchObject({ ok: false, outcome: 'throttled', errorCode: 'Throttling', requestId: 'abc', providerTime: '2026-11-22T09:30:00.000Z', retryAfterMs: 2000 });
  expect(reply.ok ? '' : reply.message).toHaveLength(300);
});

test('a 200 with an error inside, a body that was cut and one that stopped coming are no pages', () => {
  const error = new TextEncoder().encode('<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>');
  const response = { status: 200, headers: {}, body: error };
  expect(replyOf('ListAccessKeys', { ...response, cut: null }, 'query')).toMatchObject({ ok: false, outcome: 'malformed' });
  expect(replyOf('ListAccessKeys', { ...response, cut: { outcome: 'malformed', problem: 'cut' } }, 'query')).toMatchObject({ ok: false, outcome: 'malformed', transient: true, message: 'cut' });
  expect(replyOf('ListAccessKeys', { ...response, cut: { outcome: 'timeout', problem: 'slow' } }, 'query')).toMatchObject({ ok: false, outcome: 'timeout', transient: true });
  expect(replyOf('ListAccessKeys', { ...response, body: new Uint8Array([0xff, 0xfe, 0x00]), cut: null }, 'query')).toMatchObject({ ok: false, outcome: 'malformed', message: 'the body is not UTF-8' });
});

// SPDX-License-Identifier: Apache-2.0
import { InputError } from '../model/errors.ts';

// Field names that hold a value and not a reference to one.
const SECRET_NAME = /(secret|password|passwd|token|private.?key|access.?key|client.?key|api.?key|credential)s?$/i;
const ALLOWED = new Set(['webIdentityTokenFile']);
// Values whose shape is a secret's: AWS long-lived key ids with their secrets, PEM keys, platform tokens.
const SECRET_VALUE = /(?:-----BEGIN [A-Z ]*PRIVATE KEY-----)|(?:\b(?:AKIA|ASIA)[A-Z0-9]{16}\b)|(?:\bgh[pousr]_[A-Za-z0-9]{36,})|(?:\bxox[abprs]-[A-Za-z0-9-]{10,})|(?:^[A-Za-z0-9/+]{40}$)/;

/** Refuses a configuration with a field that looks like a secret: a configuration is copied into every bundle. Throws an InputError that names the field, never its value. */
export function refuseSecrets(value: unknown, place: string, path: readonly string[] = []): void {
  if (typeof value === 'string') {
    if (SECRET_VALUE.test(value)) refuse(place, path, 'its value has the shape of a secret');
    return;
  }
  if (Array.isArray(value)) {
    value.forEach((item, index) => refuseSecrets(item, place, [...path, String(index)]));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (SECRET_NAME.test(name) && !ALLOWED.has(name) && typeof member === 'string') refuse(place, [...path, name], 'its name is that of a secret');
    refuseSecrets(member, place, [...path, name]);
  }
}

function refuse(place: string, path: readonly string[], why: string): never {
  throw new InputError(`${place}: ${path.join('.')}`, `this looks like a secret (${why}), and configuration is copied into every bundle`,
    'log in through a profile, a role, workload identity or the environment, and name that under `auth`');
}

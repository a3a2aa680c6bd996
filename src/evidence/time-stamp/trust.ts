// SPDX-License-Identifier: Apache-2.0
import { BasicConstraints } from 'pkijs';
import { millisecondsOf } from '../../model/instant.ts';
import { signsCertificates } from './algorithms.ts';
import { TimeStampError } from './error.ts';
import { parsing, type ReadCertificate } from './parse.ts';
import { isValidAt, type Stamp } from './signature.ts';

const BASIC_CONSTRAINTS = '2.5.29.19';
/** Critical extensions that are looked at here, or say nothing against a path: key usage, basic constraints, policies (any is taken), extended key usage. */
const UNDERSTOOD: ReadonlySet<string> = new Set(['2.5.29.15', BASIC_CONSTRAINTS, '2.5.29.32', '2.5.29.37']);
const LONGEST_PATH = 8;

/**
 * The path from the certificate of a stamp's signer to one that the reader gave, each signed by the next and valid at the stamp's time (RFC 5280, 6.1, without revocation and name
 * constraints: a path that needs those is refused). Certificates in the token only fill in the middle. Throws a TimeStampError of code `untrusted` where there is none.
 */
export function trustPath(stamp: Stamp, trusted: readonly ReadCertificate[]): readonly ReadCertificate[] {
  return parsing(() => {
    const path = walk([stamp.certificate], stamp, trusted, new Set());
    if (path === null) throw new TimeStampError('untrusted', `no certificate that was given leads to its signer, ${stamp.authority}, by a path that held at ${stamp.time}`);
    return path;
  });
}

function walk(path: readonly ReadCertificate[], stamp: Stamp, trusted: readonly ReadCertificate[], seen: Set<string>): readonly ReadCertificate[] | null {
  const last = path.at(-1);
  if (last === undefined || hasUnknownCritical(last) || !isValidAt(last, millisecondsOf(stamp.time))) return null;
  if (trusted.some(({ x509 }) => x509.raw.equals(last.x509.raw))) return path;
  if (path.length >= LONGEST_PATH) return null;
  seen.add(last.x509.fingerprint256);
  for (const issuer of [...trusted, ...stamp.certificates]) {
    if (seen.has(issuer.x509.fingerprint256) || !issued(issuer, last, path.length - 1)) continue;
    const found = walk([...path, issuer], stamp, trusted, seen);
    if (found !== null) return found;
  }
  return null;
}

/** Whether one certificate made the other. `below`: how many authorities stand between the issuer and the signer (RFC 5280, 4.2.1.9). */
function issued(issuer: ReadCertificate, subject: ReadCertificate, below: number): boolean {
  // checkIssued compares names, key identifiers and the issuer's key usage, and verifies nothing.
  if (!issuer.x509.ca || !subject.x509.checkIssued(issuer.x509)) return false;
  const constraints: unknown = issuer.parsed.extensions?.find(({ extnID }) => extnID === BASIC_CONSTRAINTS)?.parsedValue;
  const longest: unknown = constraints instanceof BasicConstraints ? constraints.pathLenConstraint : undefined;
  if (longest !== undefined && (typeof longest !== 'number' || below > longest)) return false;
  return signsCertificates(subject.parsed.signatureAlgorithm.algorithmId) && subject.x509.verify(issuer.x509.publicKey);
}

function hasUnknownCritical({ parsed }: ReadCertificate): boolean {
  return (parsed.extensions ?? []).some(({ critical, extnID }) => critical && !UNDERSTOOD.has(extnID));
}

// SPDX-License-Identifier: Apache-2.0
import { createHash, verify } from 'node:crypto';
import { ObjectIdentifier, OctetString, Primitive, Sequence } from 'asn1js';
import { IssuerAndSerialNumber, type SignerInfo } from 'pkijs';
import { millisecondsOf } from '../../model/instant.ts';
import { digestOf, signatureOf } from './algorithms.ts';
import { TimeStampError } from './error.ts';
import { parsing, readStamp, type ReadCertificate, type ReadStamp } from './parse.ts';

/** A time stamp whose own signature holds, by the certificate in it, whoever made that. */
export interface Stamp extends ReadStamp { readonly certificate: ReadCertificate; /** The subject of the certificate, on one line. */ readonly authority: string }

const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
const ID_TST_INFO = '1.2.840.113549.1.9.16.1.4';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const SUBJECT_KEY_IDENTIFIER = '2.5.29.14';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const LEAST_RSA_BITS = 2048;

/**
 * An authority's answer over `data`, verified as far as it goes by itself: imprint (RFC 3161, 2.2 and 2.4.2), signed attributes, signature, and a certificate that may
 * stamp time (2.3) and was valid then. Whether the certificate is one that the reader trusts is `trustPath`'s to say. Throws a TimeStampError.
 */
export function verifyStamp(answer: Uint8Array, data: Uint8Array): Stamp {
  const stamp = readStamp(answer);
  if (!createHash(stamp.imprint.hash).update(data).digest().equals(stamp.imprint.digest)) throw new TimeStampError('imprint', 'is over something else: its message imprint is not the digest of this checkpoint');
  return parsing(() => {
    const { signer } = stamp;
    const digest = digestOf(signer.digestAlgorithm.algorithmId);
    judgeAttributes(signer, createHash(digest).update(stamp.content).digest());
    const certificate = signingCertificate(stamp);
    if (!isNamed(signer.sid, certificate)) throw new TimeStampError('signature', 'names another certificate as its signer\'s than its signed attributes do (RFC 5652, 5.3)');
    judgeCertificate(certificate, stamp);
    judgeSignature(signer, certificate, signatureOf(signer.signatureAlgorithm.algorithmId, digest));
    return { ...stamp, certificate, authority: certificate.x509.subject.split('\n').join(', ') };
  });
}

/** The signature is over the attributes, and they are over the content (RFC 5652, 5.4): both must be there, once each. */
function judgeAttributes(signer: SignerInfo, contentDigest: Buffer): void {
  const type = attribute(signer, CONTENT_TYPE);
  if (!(type instanceof ObjectIdentifier) || type.valueBlock.toString() !== ID_TST_INFO) throw new TimeStampError('signature', 'its signed attributes name another type of content (RFC 5652, 11.1)');
  const digest = attribute(signer, MESSAGE_DIGEST);
  if (!(digest instanceof OctetString) || !contentDigest.equals(Buffer.from(digest.getValue()))) throw new TimeStampError('signature', 'its content is not what was signed (RFC 5652, 11.2)');
}

/** The one value of a signed attribute, or null where it is not there. */
function attribute(signer: SignerInfo, id: string): unknown {
  const found = (signer.signedAttrs?.attributes ?? []).filter(({ type }) => type === id);
  const values: readonly unknown[] = found.flatMap((one): readonly unknown[] => one.values);
  if (found.length > 1 || values.length > 1) throw new TimeStampError('signature', `has the signed attribute ${id} more than once (RFC 5652, 5.3)`);
  return values[0] ?? null;
}

/** The certificate that the signed attributes name by its digest, so that no other can be put in its place (RFC 3161, 2.4.2; RFC 5816, 2.2.1). */
function signingCertificate({ signer, certificates }: ReadStamp): ReadCertificate {
  const second = attribute(signer, SIGNING_CERTIFICATE_V2);
  const parts = partsOf(partsOf(partsOf(second ?? attribute(signer, SIGNING_CERTIFICATE))[0])[0]);
  const [first] = parts;
  // ESSCertIDv2 leaves its algorithm out where it is SHA-256 (RFC 5035, 4); ESSCertID knows SHA-1 alone, which here only tells certificates apart.
  const algorithm = second === null ? 'sha1' : first instanceof Sequence ? digestOf(identifier(partsOf(first)[0])) : 'sha256';
  const hash = parts.find((part) => part instanceof OctetString);
  if (hash === undefined) throw new TimeStampError('signature', 'does not name its signer\'s certificate in the signed attributes (RFC 3161, 2.4.2)');
  const wanted = Buffer.from(hash.getValue());
  const found = certificates.find(({ x509 }) => createHash(algorithm).update(x509.raw).digest().equals(wanted));
  if (found === undefined) throw new TimeStampError('certificate', 'does not hold the certificate of its signer: ask for it with certReq (RFC 3161, 2.4.1)');
  return found;
}

/** Whether the signer's identifier, which nothing signs, means the certificate that the signed attributes name: other tools look the certificate up by it. */
function isNamed(sid: unknown, { parsed }: ReadCertificate): boolean {
  if (sid instanceof IssuerAndSerialNumber) return sid.issuer.isEqual(parsed.issuer) && sid.serialNumber.isEqual(parsed.serialNumber);
  const key = parsed.extensions?.find(({ extnID }) => extnID === SUBJECT_KEY_IDENTIFIER)?.parsedValue as unknown;
  return sid instanceof Primitive && key instanceof OctetString && Buffer.from(key.getValue()).equals(Buffer.from(sid.valueBlock.valueHexView));
}

function partsOf(block: unknown): readonly unknown[] {
  return block instanceof Sequence ? block.valueBlock.value : [];
}

function identifier(block: unknown): string {
  return block instanceof ObjectIdentifier ? block.valueBlock.toString() : '';
}

/** RFC 3161, 2.3: a key for time stamping alone, and the extension that says so is critical. */
function judgeCertificate({ x509, parsed }: ReadCertificate, { time }: ReadStamp): void {
  const usage = (parsed.extensions ?? []).filter(({ extnID }) => extnID === EXTENDED_KEY_USAGE);
  const purposes = x509.keyUsage ?? [];
  if (usage.length !== 1 || purposes.length !== 1 || purposes[0] !== TIME_STAMPING) throw new TimeStampError('certificate', 'its signer\'s certificate is not for time stamping alone (RFC 3161, 2.3)');
  if (usage[0]?.critical !== true) throw new TimeStampError('certificate', 'its signer\'s certificate says that it is for time stamping, and not as critical (RFC 3161, 2.3)');
  if (!isValidAt({ x509 }, millisecondsOf(time))) throw new TimeStampError('certificate', `is of ${time}, when its signer's certificate was not valid: that is from ${x509.validFrom} to ${x509.validTo}`);
}

/** Whether a certificate was valid at a moment in milliseconds. */
export function isValidAt({ x509 }: Pick<ReadCertificate, 'x509'>, milliseconds: number): boolean {
  return x509.validFromDate.getTime() <= milliseconds && milliseconds <= x509.validToDate.getTime();
}

function judgeSignature(signer: SignerInfo, { x509 }: ReadCertificate, algorithm: ReturnType<typeof signatureOf>): void {
  const { publicKey } = x509;
  if (publicKey.asymmetricKeyType !== algorithm.key) throw new TimeStampError('algorithm', `is signed with a key of kind ${publicKey.asymmetricKeyType ?? 'unknown'} and names an algorithm of another`);
  if (algorithm.key === 'rsa' && (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_RSA_BITS) throw new TimeStampError('algorithm', `is signed with an RSA key of fewer than ${LEAST_RSA_BITS} bits`);
  // The exact bytes as they stand there, under the tag of a set (RFC 5652, 5.4), and not what encoding them again would give.
  const attributes = signer.signedAttrs?.encodedValue;
  if (attributes === undefined || !verify(algorithm.hash, Buffer.from(attributes), publicKey, Buffer.from(signer.signature.getValue()))) throw new TimeStampError('signature', 'its signature is not its certificate\'s');
}

// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import { fromBER, GeneralizedTime, Sequence, type BaseBlock, type Integer } from 'asn1js';
import { Certificate, ContentInfo, PKIStatus, SignedData, TimeStampResp, TSTInfo, type SignerInfo } from 'pkijs';
import { parseInstant, type Instant } from '../../model/instant.ts';
import { digestOf, type Hash } from './algorithms.ts';
import { TimeStampError } from './error.ts';

/** A certificate twice: as Node.js verifies with it, and parsed for what Node.js does not tell. */
export interface ReadCertificate { readonly x509: X509Certificate; readonly parsed: Certificate }

/** What an authority's answer says. Nothing of it is verified yet. */
export interface ReadStamp {
  /** The authority's genTime, cut to milliseconds, and how far off it may be by its own word. */
  readonly time: Instant; readonly accuracyMs: number;
  readonly imprint: { readonly hash: Hash; readonly digest: Buffer }; readonly nonce: bigint | null; readonly serial: string; readonly policy: string;
  /** Exact bytes of TSTInfo, which the signature is over by way of the signed attributes. */
  readonly content: Buffer; readonly signer: SignerInfo; readonly certificates: readonly ReadCertificate[];
}

const ID_TST_INFO = '1.2.840.113549.1.9.16.1.4';
/** RFC 3161, 2.4.2: with seconds, in UTC, a fraction only where it says something. */
const GEN_TIME = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{0,15}[1-9]))?Z$/;
// An honest answer is of some kilobytes and nests a dozen levels deep.
const LIMITS = { maxDepth: 40, maxNodes: 20_000 };
const MOST_CERTIFICATES = 16;

/** The answer of an authority, parsed (TimeStampResp, RFC 3161, 2.4.2). Throws a TimeStampError: `refused` with the authority's own words, else `malformed` or `algorithm`. */
export function readStamp(answer: Uint8Array): ReadStamp {
  return parsing(() => {
    const { status, timeStampToken } = new TimeStampResp({ schema: whole(answer) });
    // Every other status has no token.
    if (status.status !== PKIStatus.granted && status.status !== PKIStatus.grantedWithMods) throw new TimeStampError('refused', `the authority refused: status ${status.status}${(status.statusStrings ?? []).map((text) => `, "${text.valueBlock.value.slice(0, 300)}"`).join('')}`);
    if (timeStampToken === undefined) throw new TimeStampError('malformed', 'is granted and holds no token');
    return readToken(timeStampToken);
  });
}

function readToken(token: ContentInfo): ReadStamp {
  if (token.contentType !== ContentInfo.SIGNED_DATA) throw new TimeStampError('malformed', 'its token is no signed data (RFC 3161, 2.4.2)');
  const signed = new SignedData({ schema: token.content });
  const { eContentType, eContent } = signed.encapContentInfo;
  if (eContentType !== ID_TST_INFO || eContent === undefined) throw new TimeStampError('malformed', 'its signed content is no TSTInfo (RFC 3161, 2.4.2)');
  const [signer, ...more] = signed.signerInfos;
  if (signer === undefined || more.length > 0) throw new TimeStampError('malformed', 'holds another number of signatures than the one of the authority (RFC 3161, 2.4.2)');
  const content = Buffer.from(eContent.getValue());
  const certificates = (signed.certificates ?? []).filter((certificate) => certificate instanceof Certificate);
  if (certificates.length > MOST_CERTIFICATES) throw new TimeStampError('malformed', `holds ${certificates.length} certificates`);
  return { ...readInfo(content), content, signer, certificates: certificates.map((parsed) => ({ parsed, x509: new X509Certificate(Buffer.from(parsed.toSchema().toBER())) })) };
}

function readInfo(content: Buffer): Pick<ReadStamp, 'time' | 'accuracyMs' | 'imprint' | 'nonce' | 'serial' | 'policy'> {
  const block = whole(content);
  const info = new TSTInfo({ schema: block });
  if (info.version !== 1) throw new TimeStampError('malformed', `its TSTInfo is of version ${info.version}`);
  const written = block instanceof Sequence ? block.valueBlock.value.find((part) => part instanceof GeneralizedTime) : undefined;
  if (written === undefined) throw new TimeStampError('malformed', 'its TSTInfo has no time');
  const { accuracy } = info;
  return {
    time: timeOf(written), accuracyMs: (accuracy?.seconds ?? 0) * 1000 + (accuracy?.millis ?? 0) + Math.ceil((accuracy?.micros ?? 0) / 1000),
    imprint: { hash: digestOf(info.messageImprint.hashAlgorithm.algorithmId), digest: Buffer.from(info.messageImprint.hashedMessage.getValue()) },
    nonce: info.nonce === undefined ? null : numberOf(info.nonce), serial: numberOf(info.serialNumber).toString(16), policy: info.policy,
  };
}

function timeOf(block: GeneralizedTime): Instant {
  const text = Buffer.from(block.valueBlock.valueHexView).toString('latin1');
  const [, year, month, day, hour, minute, second, fraction = ''] = GEN_TIME.exec(text) ?? [];
  const time = year === undefined ? null : parseInstant(`${year}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  if (time === null) throw new TimeStampError('malformed', 'its time is none of RFC 3161, 2.4.2');
  return time;
}

function numberOf(integer: Integer): bigint {
  const hex = Buffer.from(integer.valueBlock.valueHexView).toString('hex');
  return hex === '' ? 0n : BigInt(`0x${hex}`);
}

/** One DER value and nothing after it. */
export function whole(bytes: Uint8Array): BaseBlock {
  const { result, offset } = fromBER(Uint8Array.from(bytes).buffer, LIMITS);
  if (offset !== bytes.length || result.error !== '') throw new TimeStampError('malformed', 'is not one value in DER');
  return result;
}

/** Certificates in PEM form, as many as there are. Throws a TimeStampError where there is none, or one that cannot be read. */
export function readCertificates(pem: string): readonly ReadCertificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new TimeStampError('malformed', 'holds no certificate in PEM form');
  return parsing(() => blocks.map((block) => {
    const x509 = new X509Certificate(block);
    return { x509, parsed: new Certificate({ schema: whole(x509.raw) }) };
  }));
}

/** Whatever a parser trips over in bytes from outside is one thing: they are not what they should be. */
export function parsing<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof TimeStampError) throw error;
    throw new TimeStampError('malformed', 'is no answer of a time stamp authority (RFC 3161, 2.4.2)', { cause: error });
  }
}

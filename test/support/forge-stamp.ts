// SPDX-License-Identifier: Apache-2.0
import { createHash, sign, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fromBER, OctetString, Sequence, Set as SetBlock } from 'asn1js';
import { AlgorithmIdentifier, Attribute, Certificate, ContentInfo, IssuerAndSerialNumber, SignedAndUnsignedAttributes, SignedData, TimeStampResp } from 'pkijs';
import type { StampSigner } from './authority.ts';

/** An answer signed anew with another key and certificate (EC), which openssl itself would refuse to stamp with. */
export async function forgeStamp(answer: Uint8Array, signer: StampSigner): Promise<Buffer> {
  const response = new TimeStampResp({ schema: fromBER(Uint8Array.from(answer).buffer).result });
  if (response.timeStampToken === undefined) throw new Error('there is no token to sign anew');
  const signed = new SignedData({ schema: response.timeStampToken.content });
  const { raw } = new X509Certificate(await readFile(signer.certificate));
  const certificate = new Certificate({ schema: fromBER(Uint8Array.from(raw).buffer).result });
  signed.certificates = [certificate];
  const [info] = signed.signerInfos;
  if (info?.signedAttrs === undefined) throw new Error('there is nothing to sign');
  const named = new Sequence({ value: [new Sequence({ value: [new Sequence({ value: [new OctetString({ valueHex: Uint8Array.from(createHash('sha256').update(raw).digest()).buffer })] })] })] });
  const attributes = info.signedAttrs.attributes.map((attribute) => (attribute.type === '1.2.840.113549.1.9.16.2.47' ? new Attribute({ type: attribute.type, values: [named] }) : attribute));
  const encoded = Buffer.from(new SetBlock({ value: attributes.map((attribute) => attribute.toSchema()) }).toBER());
  info.sid = new IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber });
  info.signedAttrs = new SignedAndUnsignedAttributes({ type: 0, attributes });
  info.signatureAlgorithm = new AlgorithmIdentifier({ algorithmId: '1.2.840.10045.4.3.2' });
  info.signature = new OctetString({ valueHex: Uint8Array.from(sign('sha256', encoded, await readFile(signer.key, 'utf8'))).buffer });
  response.timeStampToken = new ContentInfo({ contentType: ContentInfo.SIGNED_DATA, content: signed.toSchema(true) });
  return Buffer.from(response.toSchema().toBER());
}

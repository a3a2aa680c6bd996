// SPDX-License-Identifier: Apache-2.0
import { Integer, Null, OctetString } from 'asn1js';
import { AlgorithmIdentifier, MessageImprint, TimeStampReq } from 'pkijs';

const SHA256 = '2.16.840.1.101.3.4.2.1';

/**
 * A request for a time stamp (RFC 3161, 2.4.1): the SHA-256 of what is to be stamped, a nonce that ties the answer to this request, and the wish for the signer's certificate in it.
 * `nonce`: random bytes, from whoever asks.
 */
export function timeStampRequest(sha256: Uint8Array, nonce: Uint8Array): Buffer {
  const request = new TimeStampReq({
    version: 1, certReq: true, nonce: nonceInteger(nonce),
    messageImprint: new MessageImprint({ hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256, algorithmParams: new Null() }), hashedMessage: new OctetString({ valueHex: exactly(sha256) }) }),
  });
  return Buffer.from(request.toSchema().toBER());
}

/** A nonce as the number that DER has for it: positive, in its shortest form. */
function nonceInteger(nonce: Uint8Array): Integer {
  const bytes = Uint8Array.from(nonce);
  // Neither a sign bit nor a leading zero: the shortest form (X.690, 8.3.2) is then the bytes themselves.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return new Integer({ valueHex: exactly(bytes) });
}

/** What an answer must have as its nonce. */
export function nonceValue(nonce: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(nonceInteger(nonce).valueBlock.valueHexView).toString('hex')}`);
}

function exactly(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

// SPDX-License-Identifier: Apache-2.0

/** An entry of a zip file as it is stored: `method` 0 stored, 8 deflated. */
export interface ZipEntry { readonly name: string; readonly method: number; readonly data: Buffer }

const END = Buffer.from([0x50, 0x4b, 5, 6]);

/**
 * Entries of a zip file in the order of its central directory, unpacked by nobody yet. Enough for the workbooks that we write: no zip64, no
 * encryption. Throws a RangeError where the bytes are no such file. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3
 */
export function zipEntries(bytes: Buffer): readonly ZipEntry[] {
  const end = bytes.lastIndexOf(END);
  if (end < 0) throw new RangeError('no end of a zip directory');
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, size, nameLength, extra, comment, local] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    if (start + size > bytes.length) throw new RangeError('an entry reaches beyond the end of the file');
    entries.push({ name: bytes.toString('utf8', at + 46, at + 46 + nameLength), method, data: bytes.subarray(start, start + size) });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

// SPDX-License-Identifier: Apache-2.0
import { gunzipSync } from 'node:zlib';

/** The page with its compressed blocks opened: equal content is equal text, whichever zlib wrote it. Throws on a block that is not gzip. */
export function comparableHtml(page: string): string {
  return page.replace(/(<script type="text\/plain" id="[a-z0-9-]+">)([A-Za-z0-9+/=]*)(<\/script>)/g, (_, open: string, data: string, close: string) => `${open}${gunzipSync(Buffer.from(data, 'base64')).toString('utf8')}${close}`);
}

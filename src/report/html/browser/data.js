// SPDX-License-Identifier: Apache-2.0

/**
 * The JSON value of one of the page's compressed blocks.
 * @template T
 * @param {string} id
 * @returns {Promise<T>}
 */
export async function openBlock(id) {
  const holder = document.getElementById(id);
  if (holder === null) throw new Error(`the page lacks its block ${id}: the file was cut or changed`);
  const text = atob(holder.textContent ?? '');
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  const opened = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(opened).text());
}

// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface BundledPackage { readonly name: string; readonly version: string; readonly licence: string; readonly texts: readonly { readonly file: string; readonly text: string }[] }

/**
 * The packages that hold these module ids, by name and version, with the licence texts they ship. `root` is the repository.
 * Throws where a package neither states a licence nor ships the text of the MIT licence: code without one may not be passed on.
 */
export async function packagesOf(root: string, moduleIds: readonly string[]): Promise<readonly BundledPackage[]> {
  const folders = new Set<string>();
  for (const id of moduleIds) {
    const folder = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id.replace(/^\0+/, ''))?.[1];
    if (folder !== undefined) folders.add(folder);
  }
  const packages = new Map<string, BundledPackage>();
  for (const folder of [...folders].sort()) {
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const name = member(manifest, 'name');
    const version = member(manifest, 'version');
    const texts = await licenceTexts(folder);
    const licence = member(manifest, 'license') ?? (texts.some(({ text }) => isMit(text)) ? 'MIT' : null);
    if (name === null || version === null || licence === null) throw new Error(`${folder.slice(root.length + 1)}/package.json states no name, version or licence; a package without licence may not be passed on`);
    packages.set(`${name}@${version}`, { name, version, licence, texts });
  }
  return [...packages.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found);
}

/** The notices as one text: every package with its licence, then each distinct licence text once with the packages it is of. */
export function thirdPartyNotices(packages: readonly BundledPackage[]): string {
  const byText = new Map<string, string[]>();
  for (const { name, version, texts } of packages) for (const { text } of texts) byText.set(text, [...(byText.get(text) ?? []), `${name}@${version}`]);
  const without = packages.filter(({ texts }) => texts.length === 0);
  return [
    'This build of Rollcall holds code of the packages below, each under the licence it states.', '',
    ...packages.map(({ name, version, licence }) => `${name}@${version}  ${licence}`), '',
    ...(without.length === 0 ? [] : [`Shipped without a licence text of their own: ${without.map(({ name, version }) => `${name}@${version}`).join(', ')}.`, '']),
    ...[...byText].flatMap(([text, names]) => ['='.repeat(100), names.join(', '), '-'.repeat(100), text.trim(), '']),
  ].join('\n');
}

/** The MIT licence by its own words, whole but for who holds the copyright: some packages ship it and do not name it in their manifest. */
function isMit(text: string): boolean {
  const plain = text.replace(/\s+/g, ' ');
  return /^\s*(The )?MIT License( \(MIT\))? Copyright \(c\) [^.]{1,200} Permission is hereby granted, free of charge, to any person obtaining a copy of this software /.test(plain)
    && plain.includes('without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software')
    && plain.trimEnd().endsWith('OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.');
}

async function licenceTexts(folder: string): Promise<BundledPackage['texts']> {
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)([.-].*)?$/i.test(name)).sort();
  return await Promise.all(names.map(async (file) => ({ file, text: (await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n') })));
}

function member(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null || !(name in value)) return null;
  const found = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof found === 'string' ? found : null;
}

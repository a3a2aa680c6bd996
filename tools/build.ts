// SPDX-License-Identifier: Apache-2.0
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { rolldown, type OutputChunk } from 'rolldown';
import { FACES, faceFile } from '../src/report/fonts.ts';
import { packagesOf, thirdPartyNotices } from './notices.ts';

export interface Built {
  /** Files written, relative to the output folder, in order. */
  readonly files: readonly string[];
  /** For each chunk, what it imports at once and what it imports when it is reached. */
  readonly chunks: readonly { readonly file: string; readonly entry: boolean; readonly imports: readonly string[]; readonly dynamicImports: readonly string[]; readonly modules: readonly string[] }[];
  /** Packages whose code is inside, as `name@version`. */
  readonly packages: readonly string[];
}

/**
 * Bundles `entry` with everything it needs into `outDir`: ESM for Node.js, a chunk for each import() so that `--help` loads
 * neither commands nor an SDK, with the notices of the packages inside. Empties `outDir` first. Throws what rolldown throws,
 * and where a module could not be resolved: a bundle that needs an install is no bundle.
 */
export async function build(root: string, entry: string, outDir: string): Promise<Built> {
  const warnings: string[] = [];
  const bundle = await rolldown({
    input: { rollcall: resolve(root, entry) }, cwd: root, platform: 'node', treeshake: true, // CommonJS packages ask where they lie; in the bundle that is the bundle's own folder, from which none of them reads a file that we use.
    transform: { target: 'node24', define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' } },
    onLog(level, log) {
      // A fault of the packages' own, not ours to mend: their circular imports and comments.
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') warnings.push(log.message);
    },
  });
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  // Source maps would carry the text of every package; names stay unminified in our own chunks so that a stack trace can be read.
  const { output } = await bundle.write({
    dir: outDir, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', minify: { mangle: false, compress: true, codegen: true }, sourcemap: false, comments: false,
  });
  await bundle.close();
  if (warnings.length > 0) throw new Error(`not everything could be bundled:\n${warnings.join('\n')}`);
  const chunks = output.filter((file): file is OutputChunk => file.type === 'chunk');
  const packages = await packagesOf(root, [...chunks.flatMap(({ modules }) => Object.entries(modules).filter(([, { renderedLength }]) => renderedLength > 0).map(([id]) => id)), faceFile('regular')]);
  await mkdir(join(outDir, 'fonts'));
  const faces = Object.keys(FACES) as (keyof typeof FACES)[];
  for (const face of faces) await copyFile(faceFile(face), join(outDir, 'fonts', FACES[face]));
  await writeFile(join(outDir, 'THIRD-PARTY-NOTICES'), thirdPartyNotices(packages));
  await chmod(join(outDir, 'rollcall.js'), 0o755);
  return {
    files: [...output.map(({ fileName }) => fileName), ...faces.map((face) => `fonts/${FACES[face]}`), 'THIRD-PARTY-NOTICES'].sort(),
    chunks: chunks.map(({ fileName, isEntry, imports, dynamicImports, moduleIds }) => ({ file: fileName, entry: isEntry, imports, dynamicImports, modules: moduleIds })),
    packages: packages.map(({ name, version }) => `${name}@${version}`),
  };
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..');
  const { files, packages } = await build(root, process.argv[2] ?? 'src/cli/main.ts', resolve(root, process.argv[3] ?? 'dist'));
  console.log(`build: ${files.length} files, ${packages.length} packages inside`);
}

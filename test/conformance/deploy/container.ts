// SPDX-License-Identifier: Apache-2.0
import { access, chmod, cp, mkdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { pathWith, run, USER, wrongEnd, DEPLOY, type Suite } from './suite.ts';

const checkedSchema = z.object({
  warnings: z.array(z.unknown()).nullable(), error: z.unknown().nullable(),
  image: z.object({ config: z.looseObject({ User: z.string(), Entrypoint: z.array(z.string()), Cmd: z.array(z.string()), Healthcheck: z.object({ Test: z.array(z.string()) }) }) }),
});

/**
 * The container file: BuildKit's reader and checks take it, its image runs as a numbered user and starts the program; and the steps of its first stage, run on this machine with the
 * files that its ignore file lets through, give a program that runs without rights. No image is pulled: what the bases hold is not tried here.
 */
export async function container(suite: Suite): Promise<readonly string[]> {
  const { root, folder, tools } = suite;
  const file = join(root, DEPLOY, 'container/Containerfile');
  const ended = await run(join(tools, 'dockerfile'), [file]);
  if (ended.code !== 0) return wrongEnd('BuildKit\'s reader', ended);
  const { warnings, error, image: { config } } = checkedSchema.parse(JSON.parse(ended.out));
  const found = [...(warnings ?? []).map((warning) => `a check of BuildKit warns: ${JSON.stringify(warning)}`), ...(error === null ? [] : [`a check of BuildKit fails: ${JSON.stringify(error)}`])];
  if (config.User !== `${USER}:${USER}`) found.push(`the image runs as ${config.User}`);
  if (config.Healthcheck.Test.join() !== 'NONE') found.push(`the image has a health check: ${config.Healthcheck.Test.join(' ')}`);
  const text = await readFile(file, 'utf8');
  const made = await buildSteps(suite, text);
  found.push(...made.differences);
  if (made.differences.length > 0) return found;
  // As the last stage lays it: /app, and the entry point of the image with this machine's Node.js.
  const [copied = '', target = ''] = /^COPY --from=build (\S+) (\S+)$/m.exec(text)?.slice(1) ?? [];
  const app = join(folder, 'image', target);
  await cp(made.here(copied), app, { recursive: true });
  const { files } = z.looseObject({ files: z.array(z.string()) }).parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  for (const name of files) if (!(await access(join(app, name)).then(() => true, () => false))) found.push(`the image lacks ${name}, which the package has`);
  const command = [...config.Entrypoint, ...config.Cmd].map((part) => (part === '/nodejs/bin/node' ? suite.node : part.startsWith(`${target}/`) ? join(folder, 'image', part) : part));
  const [node = '', ...args] = command;
  const user = process.getuid?.() === 0 ? { uid: USER, gid: USER } : {};
  const options = { cwd: '/', env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', NO_COLOR: '1' }, ...user };
  const help = await run(node, args, options);
  found.push(...wrongEnd('the image started without arguments', help), ...(help.out.includes('Usage: rollcall') ? [] : ['the image does not show its help']));
  const writable = join(folder, 'demo');
  await mkdir(writable);
  await chmod(writable, 0o777);
  const key = { ...options, env: { ...options.env, XDG_CONFIG_HOME: join(writable, 'config') } };
  found.push(...wrongEnd('the demo in the image', await run(node, [...args.slice(0, -1), 'demo', '--archive', join(writable, 'archive'), '--quiet'], key)));
  return found;
}

/** Runs the RUN and COPY lines of the first stage in a folder, with the paths of the image led there. `here`: where a path of the image is. */
async function buildSteps({ root, folder }: Suite, text: string): Promise<{ readonly differences: readonly string[]; readonly here: (path: string) => string }> {
  const stage = join(folder, 'stage');
  const here = (path: string): string => join(stage, path);
  const [first = ''] = text.split(/^FROM (?!.* AS build$)/m);
  const [, workdir = ''] = /^WORKDIR (\S+)$/m.exec(first) ?? [];
  const work = here(workdir);
  await mkdir(work, { recursive: true });
  await mkdir(here('/tmp'), { recursive: true });
  const let_through = (await readFile(join(root, DEPLOY, 'container/Containerfile.dockerignore'), 'utf8')).split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const node = await realpath(process.execPath);
  // The packages are those that `npm ci` fetched a moment ago; nothing else of this machine's settings counts.
  const env = { PATH: pathWith(node), HOME: here('/root'), npm_config_cache: process.env['npm_config_cache'] ?? join(process.env['HOME'] ?? '', '.npm'), npm_config_prefer_offline: 'true', ...(process.env['npm_config_registry'] === undefined ? {} : { npm_config_registry: process.env['npm_config_registry'] }) };
  const lines = first.split('\n').filter((line) => /^(RUN|COPY) /.test(line));
  if (lines.length < 5) return { differences: [`the first stage has ${lines.length} steps`], here };
  for (const line of lines) {
    const [, step = '', rest = ''] = /^(RUN|COPY) (.*)$/.exec(line) ?? [];
    if (step === 'COPY') {
      const sources = rest.split(' ').slice(0, -1);
      for (const source of sources.includes('.') ? let_through : sources) {
        if (!let_through.some((path) => source === path || source.startsWith(`${path}/`))) return { differences: [`${line}: the ignore file does not let ${source} through`], here };
        await cp(join(root, source), join(work, source), { recursive: true });
      }
    } else {
      const ended = await run('sh', ['-eu', '-c', rest.replaceAll('/tmp/', `${here('/tmp')}/`).replace(/ \/tmp$/, ` ${here('/tmp')}`)], { cwd: work, env });
      if (ended.code !== 0) return { differences: wrongEnd(line, ended), here };
    }
  }
  if (dirname(work) === work) return { differences: ['the first stage has no WORKDIR'], here };
  return { differences: [], here };
}

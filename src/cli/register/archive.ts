// SPDX-License-Identifier: Apache-2.0
import { InvalidArgumentError, Option } from 'commander';
import { archive, filled, json, quiet, type Register } from '../options.ts';

const wide = (): Option => new Option('--archive <place>', 'folder of runs and log, or s3://bucket/prefix').argParser(filled).default('./evidence');

export const registerArchive: Register = (program, choose) => {
  const group = program.command('archive').description('keep runs and log in an S3 bucket with Object Lock, bring them back, check them, prove them')
    .addHelpText('after', '\nExamples:\n  $ rollcall archive push s3://evidence-bucket/northwind --retain-days 400\n  $ rollcall archive check --archive s3://evidence-bucket/northwind --checkpoint kept/checkpoint-12');
  group.command('push').description('send what the bucket has not yet, locked, read back and held against what was sent').argument('<bucket>', 's3://bucket/prefix', filled)
    .addOption(archive()).option('--retain-days <days>', 'how long each object is locked', days, 400)
    .addOption(new Option('--mode <mode>', 'how firmly: governance yields to a right of its own, compliance to nobody').choices(['governance', 'compliance']).default('governance'))
    .option('--without-lock', 'write to a bucket that has no Object Lock').addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExit codes: 0 sent and verified; 1 the logs disagree, or something is not as it was sealed; 2 usage, or a bucket without Object Lock.\n\nExample:\n  $ rollcall archive push s3://evidence-bucket/northwind --mode compliance --retain-days 400')
    .action((bucket: string, options) => choose(async () => (await import('../commands/archive-push.ts')).push(bucket, options)));
  group.command('fetch').description('bring a bucket\'s archive into a folder, every digest held against manifests and log').argument('<bucket>', 's3://bucket/prefix', filled)
    .addOption(archive()).addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExample:\n  $ rollcall archive fetch s3://evidence-bucket/northwind --archive restored')
    .action((bucket: string, options) => choose(async () => (await import('../commands/archive-fetch.ts')).fetch(bucket, options)));
  group.command('check').description('hold runs, documents and log against each other: what is missing, altered, hidden, unlogged or never ended')
    .addOption(wide()).option('--key <file...>', 'public key (PEM) of a signer you trust').option('--checkpoint <file>', 'a checkpoint of the log that you kept', filled).addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExit codes: 0 nothing found; 1 something found.\n\nExamples:\n  $ rollcall archive check\n  $ rollcall archive check --archive s3://evidence-bucket/northwind --key management.pub.pem --checkpoint kept/checkpoint-12')
    .action((options) => choose(async () => (await import('../commands/archive-check.ts')).check(options)));
  group.command('prove').description('print a proof from the log that stands alone, or check one offline')
    .addOption(wide()).option('--from <size>', 'with --to: the log of so many entries is the beginning of the later one', count).option('--to <size>', 'size of the later checkpoint', count)
    .option('--leaf <sequence>', 'this entry is in the log (of --to entries; default: the newest checkpoint)', count).addOption(new Option('--check <file>', 'check a proof, from nothing but the file and --key').argParser(filled).conflicts(['from', 'to', 'leaf']))
    .option('--key <file...>', 'public key (PEM) of a signer you trust').addOption(quiet()).addOption(json())
    .addHelpText('after', '\nExamples:\n  $ rollcall archive prove --from 12 --to 40 > proof.json\n  $ rollcall archive prove --leaf 7 > entry-7.json\n  $ rollcall archive prove --check proof.json --key management.pub.pem')
    .action((options) => choose(async () => (await import('../commands/archive-prove.ts')).prove(options)));
};

function count(value: string): number {
  if (!/^(?:0|[1-9]\d{0,14})$/.test(value)) throw new InvalidArgumentError('It is no count.');
  return Number(value);
}

function days(value: string): number {
  const number = count(value);
  // S3 takes a hundred years at most: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-overview.html
  if (number < 1 || number > 36_500) throw new InvalidArgumentError('Name 1 to 36500 days.');
  return number;
}

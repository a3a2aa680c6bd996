// SPDX-License-Identifier: Apache-2.0
/** A file that a person wrote and that cannot be used: which it is, what it holds, and what the message must say. */
export interface MalformedFile { readonly name: string; readonly file: 'rollcall.yaml' | 'owners.yaml' | 'controls.yaml'; readonly content: string | Buffer; readonly message: RegExp }

const target = 'version: 1\ntargets: [{ name: one, provider: aws }]\n';
const auth = (text: string): string => `version: 1\ntargets: [{ name: one, provider: aws, auth: ${text} }]\n`;
const control = (checks: string, more = ''): string => `controls:\n  - { id: C-1, wording: w, owner: o, frequency: f, policy: p, criteria: [CC6.1], population: credentials, checks: [${checks}]${more} }\n`;
const gap = (fields: string): string => `${target}expectedGaps: [{ ${fields} }]\n`;
const bomb = `${target}owners: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghijk'].map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghijk'[index] ?? 'a'}`).join(',')}]`).join('\n')}\n`;

const configuration = (name: string, content: string | Buffer, message: RegExp): MalformedFile => ({ name: `a configuration ${name}`, file: 'rollcall.yaml', content, message });
const owners = (name: string, content: string, message: RegExp): MalformedFile => ({ name: `an owners file ${name}`, file: 'owners.yaml', content, message });
const controls = (name: string, content: string, message: RegExp): MalformedFile => ({ name: `a controls file ${name}`, file: 'controls.yaml', content, message });

export const MALFORMED_FILES: readonly MalformedFile[] = [
  configuration('that is empty', '', /rollcall\.yaml: .*object/),
  configuration('of comments alone', '# nothing\n', /rollcall\.yaml: .*object/),
  configuration('that is a list', '- version: 1\n', /rollcall\.yaml: .*object/),
  configuration('that is a text', 'hello\n', /rollcall\.yaml: .*object/),
  configuration('with a tab as indentation', 'version: 1\ntargets:\n\t- x\n', /rollcall\.yaml:3:1: Tabs/),
  configuration('with an open bracket', 'version: 1\ntargets: [{ name: one\n', /rollcall\.yaml:\d+:\d+: /),
  configuration('with a field twice', `${target}version: 1\n`, /rollcall\.yaml:3:1: .*unique/),
  configuration('of two documents', `${target}---\n${target}`, /rollcall\.yaml:3:1: more than one document/),
  configuration('with a tag that nobody knows', 'version: 1\ntargets: !env TARGETS\n', /rollcall\.yaml:2:\d+: Unresolved tag/),
  configuration('with a list as the name of a field', `${target}? [a]\n: 1\n`, /rollcall\.yaml:3:3: the name of a field must be text/),
  configuration('with a field __proto__', `${target}limits: { __proto__: { rate: 1 } }\n`, /rollcall\.yaml:3:11: the name of a field/),
  configuration('that grows through its aliases', bomb, /rollcall\.yaml: its aliases/),
  configuration('with an alias of nothing', `${target}owners: *nothing\n`, /rollcall\.yaml.*: /),
  configuration('that is binary', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x00]), /rollcall\.yaml: not UTF-8 text/),
  configuration('of 20 MB', Buffer.alloc(20 * 1024 * 1024, 0x23), /rollcall\.yaml: 20971520 bytes/),
  configuration('with a field that nobody knows', `${target}thresholds: {}\n`, /rollcall\.yaml: .*"thresholds"/),
  configuration('of another version', 'version: 2\ntargets: [{ name: one, provider: aws }]\n', /rollcall\.yaml: version/),
  configuration('without targets', 'version: 1\n', /rollcall\.yaml: targets/),
  configuration('with no target', 'version: 1\ntargets: []\n', /rollcall\.yaml: targets/),
  configuration('with a name that is a path', 'version: 1\ntargets: [{ name: ../one, provider: aws }]\n', /targets\.0\.name: use letters/),
  configuration('with two targets of one name', 'version: 1\ntargets: [{ name: one, provider: aws }, { name: one, provider: aws }]\n', /targets\.1\.name: the name one stands twice/),
  configuration('with an unknown provider', 'version: 1\ntargets: [{ name: one, provider: moon }]\n', /targets\.0\.provider: there is no provider moon\n.*aws/),
  configuration('with a login that nobody knows', auth('{ magic: true }'), /targets\.0: auth.*"magic"/),
  configuration('with two logins in one', auth('{ ambient: true, profile: audit }'), /targets\.0: auth: name either/),
  configuration('with a role that is no ARN', auth('{ assumeRole: { roleArn: rollcall } }'), /targets\.0: auth\.assumeRole\.roleArn: expected the ARN/),
  configuration('with an endpoint that is a file', auth('{ endpoint: "file:///etc/passwd" }'), /targets\.0: auth\.endpoint/),
  configuration('with an account as a number', 'version: 1\ntargets: [{ name: one, provider: aws, scope: { accounts: [111122223333] } }]\n', /targets\.0: scope\.accounts\.0/),
  configuration('with a secret by its name', auth('{ secretAccessKey: hunter2-hunter2 }'), /targets\.0\.auth\.secretAccessKey: this looks like a secret/),
  configuration('with a secret by its shape', auth(`{ profile: ${'gh'}p_${'a1B2'.repeat(9)} }`), /targets\.0\.auth\.profile: this looks like a secret/),
  configuration('with an exclusion without approver', `${target}exclude: [{ unit: "aws:111122223333", reason: r, expires: 2027-01-01 }]\n`, /exclude\.0\.approver/),
  configuration('with a 31st of February', `${target}exclude: [{ unit: "aws:111122223333", reason: r, approver: a, expires: 2027-02-31 }]\n`, /exclude\.0\.expires: not a day/),
  configuration('with a unit without provider', `${target}exclude: [{ unit: "111122223333", reason: r, approver: a, expires: 2027-01-01 }]\n`, /exclude\.0\.unit: expected provider:id/),
  configuration('with an expected gap of a cause that is none', gap('unit: "aws:111122223333", source: aws.iam.access-keys, cause: bored, reason: r, approver: a, expires: 2027-01-01'), /expectedGaps\.0\.cause/),
  configuration('with an expected gap of a source that is none', gap('unit: "aws:111122223333", source: aws.iam.acces-keys, reason: r, approver: a, expires: 2027-01-01'), /expectedGaps\.0\.source: there is no source aws\.iam\.acces-keys/),
  configuration('with an unknown lane', `${target}limits: { aws.moon: { rate: 1 } }\n`, /limits\.aws\.moon: there is no such lane\n.*aws\.iam/),
  configuration('with a rate below zero', `${target}limits: { aws.iam: { rate: -1 } }\n`, /limits\.aws\.iam\.rate/),
  configuration('with an infinite rate', `${target}limits: { aws.iam: { rate: .inf } }\n`, /limits\.aws\.iam\.rate/),
  configuration('with an empty archive', `${target}output: { archive: "" }\n`, /output\.archive: name a path/),
  configuration('with a signing command without public key', `${target}signing: { command: [sign] }\n`, /signing: .*publicKey/),
  configuration('with a signing key that is not there', `${target}signing: { key: nosuch.pem }\n`, /nosuch\.pem: the signing key cannot be read/),
  configuration('with an owners file that is not there', `${target}owners: nosuch.yaml\n`, /nosuch\.yaml: there is no such file/),
  configuration('with a controls file that is a folder', `${target}controls: .\n`, /: not a file/),
  configuration('with an escape in a field\'s name', `${target}"\\e[2Jx": 1\n`, /rollcall\.yaml: Unrecognized key/),
  owners('that is a list', '- a\n', /owners\.yaml: .*object/),
  owners('with an entry that matches nothing', 'owners: [{ match: {}, owner: a }]\n', /owners\.0\.match: name at least one/),
  owners('with a class that nobody declares', 'owners: [{ match: { name: a }, class: human }]\n', /owners\.0: .*declaredBy/),
  owners('with a class that is none', 'owners: [{ match: { name: a }, class: robot, declaredBy: b }]\n', /owners\.0\.class/),
  owners('with a review on a day that is none', 'owners: [{ match: { name: a }, reviewed: { on: 2026-13-01, by: b } }]\n', /owners\.0\.reviewed\.on: expected a day/),
  owners('with a field that nobody knows', 'owners: [{ match: { nmae: a }, owner: b }]\n', /owners\.0\.match.*nmae/),
  owners('with a secret', `owners: [{ match: { name: ${'AK'}IA${'IOSFODNN7ABCDEFG'} }, owner: b }]\n`, /owners\.0\.match\.name: this looks like a secret/),
  controls('that is empty', '', /controls\.yaml: .*object/),
  controls('with a check that nobody knows', control('{ check: nosuch }'), /controls\.0\.checks\.0\.check: there is no check nosuch\n.*rollcall checks/),
  controls('with a parameter that nobody knows', control('{ check: aws-access-key-age, parameters: { days: 1 } }'), /checks\.0\.parameters\.days: .*parameter.*\n.*maxAgeDays/),
  controls('with a parameter out of range', control('{ check: aws-access-key-age, parameters: { maxAgeDays: -1 } }'), /parameters\.maxAgeDays: .*\n.*default/),
  controls('with a parameter of another type', control('{ check: aws-access-key-age, parameters: { maxAgeDays: sixty } }'), /parameters\.maxAgeDays: /),
  controls('with one check held to two numbers', `${control('{ check: aws-access-key-age, parameters: { maxAgeDays: 60 } }')}${control('{ check: aws-access-key-age, parameters: { maxAgeDays: 90 } }').split('\n')[1]?.replace('C-1', 'C-2') ?? ''}\n`, /aws-access-key-age is held to 60 by C-1 and to 90/),
  controls('with one check twice in a control', control('{ check: nhi-owner-missing }, { check: nhi-owner-missing }'), /controls\.0\.checks\.1\.check: nhi-owner-missing stands twice/),
  controls('with one id twice', `${control('{ check: nhi-owner-missing }')}${control('{ check: nhi-owner-missing }').split('\n')[1] ?? ''}\n`, /controls\.1\.id: C-1 stands twice/),
  controls('with an id that is a path', control('{ check: nhi-owner-missing }').replace('C-1', '../C-1'), /controls\.0\.id/),
  controls('with a population that is none', control('{ check: nhi-owner-missing }').replace('credentials', 'people'), /controls\.0\.population/),
  controls('with a criterion that is none', control('{ check: nhi-owner-missing }').replace('CC6.1', 'CC66.1'), /controls\.0\.criteria/),
  controls('with a field that nobody knows', control('{ check: nhi-owner-missing }', ', severity: low'), /controls\.0: .*"severity"/),
];

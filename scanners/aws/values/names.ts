// SPDX-License-Identifier: Apache-2.0

/** Words of a variable's name that say that its value is a secret, alone or two in a row. */
const SECRET_WORDS: readonly string[] = ['password', 'passwd', 'passphrase', 'passwort', 'pwd', 'pw', 'secret', 'secrets', 'token', 'tokens', 'passwords', 'apikey', 'credential', 'credentials', 'creds', 'dsn', 'privatekey', 'accesskey', 'secretkey', 'pat'];
const SECRET_PAIRS: readonly string[] = ['api key', 'private key', 'access key', 'secret key', 'signing key', 'encryption key', 'auth key', 'master key', 'account key', 'shared key', 'license key', 'connection string', 'webhook url', 'database url'];
/** What a word without marks between its parts may contain (`DBPASSWORD`); too short ones would be found in other words. */
const WITHIN: readonly string[] = ['password', 'passwd', 'passphrase', 'secret', 'apikey', 'privatekey', 'credential'];
/** A last word that says that the value tells something about a secret, or where it is. */
const ABOUT: readonly string[] = [
  'name', 'names', 'id', 'ids', 'arn', 'arns', 'url', 'uri', 'endpoint', 'host', 'path', 'file', 'dir', 'folder', 'mount', 'ttl', 'expiry', 'expires', 'expiration', 'lifetime', 'age', 'length', 'size', 'count', 'limit', 'timeout', 'seconds',
  'minutes', 'hours', 'days', 'interval', 'type', 'kind', 'header', 'field', 'enabled', 'disabled', 'required', 'region', 'bucket', 'table', 'queue', 'topic', 'version', 'stage', 'param', 'parameter', 'prefix', 'suffix', 'issuer', 'audience',
  'scope', 'scopes', 'policy', 'algorithm', 'alg', 'ref', 'reference', 'provider', 'manager', 'store', 'rotation', 'user', 'username',
];
/** Two words in a row that decide in spite of what stands last: such an address carries the secret in itself. */
const PAIRS_THAT_DECIDE: readonly string[] = ['webhook url', 'database url', 'connection string'];

/** Whether a variable's name says that its value is a secret, by the words that it is made of. */
export function namesSecret(name: string): boolean {
  const words = wordsOf(name);
  const pairs = words.slice(1).map((word, index) => `${words[index] ?? ''} ${word}`);
  const last = words.at(-1);
  if (last === undefined) return false;
  if (pairs.some((pair) => PAIRS_THAT_DECIDE.includes(pair))) return true;
  if (ABOUT.includes(last)) return false;
  return words.some((word) => SECRET_WORDS.includes(word) || WITHIN.some((part) => word.includes(part))) || pairs.some((pair) => SECRET_PAIRS.includes(pair));
}

function wordsOf(name: string): readonly string[] {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2').toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== '');
}

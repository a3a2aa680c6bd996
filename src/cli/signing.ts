// SPDX-License-Identifier: Apache-2.0
import { commandSigner, defaultKeyFile, ensureKey, fileSigner, liesInside, type Signer } from '../evidence/signer.ts';
import type { Configuration } from '../scope/configuration.ts';
import type { Terminal } from './terminal.ts';

export interface Signing { readonly signer: Signer; /** Where the public key is, for the reader of the bundle; null where a command signs. */ readonly publicKeyFile: string | null }

/** The signer that flags and configuration name; else the user's own key, made on a first run outside the archive. Says where it is and what that proves. */
export async function chooseSigner(terminal: Terminal, archive: string, signing: Configuration['signing'], keyFlag: string | undefined): Promise<Signing> {
  if (keyFlag === undefined && signing.command !== undefined && signing.publicKey !== undefined) return { signer: await commandSigner(signing.command, signing.publicKey), publicKeyFile: signing.publicKey };
  const named = keyFlag ?? signing.key;
  if (named !== undefined) {
    const signer = await fileSigner(named);
    if (await liesInside(named, archive)) terminal.error(`The signing key ${named} lies in the archive: whoever can change the evidence can sign it again, so the signature proves little.`);
    return { signer, publicKeyFile: null };
  }
  const { signer, made, publicKeyFile } = await ensureKey(defaultKeyFile());
  if (made) {
    terminal.error(`Made a signing key: ${defaultKeyFile()} (only you can read it). Its public half, for whoever verifies: ${publicKeyFile}`);
    terminal.error('A key kept on the machine that holds the evidence proves less than one kept elsewhere: see `signing` in docs/configuration.md.');
  }
  return { signer, publicKeyFile };
}

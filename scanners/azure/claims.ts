// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const text = z.string().min(1).max(400).optional().catch(undefined);
const names = z.array(z.string().max(200)).max(500).optional().catch(undefined);
const schema = z.object({ tid: text, oid: text, appid: text, azp: text, app_displayname: text, upn: text, unique_name: text, roles: names, scp: z.string().max(8_000).optional().catch(undefined) });
/** What a token says of who it was given to. */
export type Claims = z.output<typeof schema>;

const NONE: Claims = {};

/**
 * The claims of an access token that name its holder, read locally; none where it is no JWT. Its signature is Graph's to check: these
 * are used to say who answered, and Graph's own answer says for which tenant. https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
 */
export function claimsOf(token: string): Claims {
  const [, payload = ''] = token.split('.');
  try {
    return schema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return NONE;
    throw error;
  }
}

/** Who answered, in words for people. */
export function principalOf({ oid, appid, azp, app_displayname: name, upn, unique_name: unique }: Claims): string {
  const application = appid ?? azp;
  const person = upn ?? unique;
  const object = oid === undefined ? '' : `, object ${oid}`;
  if (person !== undefined) return `${person} (user${object}${application === undefined ? '' : `, through application ${application}`})`;
  if (application === undefined) return oid === undefined ? 'unnamed (its token does not say)' : `object ${oid}`;
  return `${name ?? 'application'} (application ${application}${object})`;
}

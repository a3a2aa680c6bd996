// SPDX-License-Identifier: Apache-2.0

/**
 * How a reader checks a sealed folder without this program: digests of every file, nothing missing or added, and the signature over the tag manifest (BagIt,
 * RFC 8493; DSSE). Markdown; its shell blocks are run against a sealed folder in the suite that is run before each change.
 */
export const ORDINARY_TOOLS = `Every file is as it was sealed (in the folder that holds \`bagit.txt\`):

\`\`\`sh
sha256sum --check --quiet manifest-sha256.txt && sha256sum --check --quiet tagmanifest-sha256.txt &&
find data ! -type d | awk 'NR == FNR { listed[substr($0, 67)]; next } !($0 in listed) { print "extra: " $0; extra = 1 } END { exit extra }' manifest-sha256.txt -
\`\`\`

It prints nothing and ends with 0 where all is as it was; it names what was changed, is missing or was added. Where there is no
\`sha256sum\`, \`shasum -a 256\` takes its place. On Windows, in PowerShell:

\`\`\`powershell
Get-Content -Encoding UTF8 manifest-sha256.txt, tagmanifest-sha256.txt | ForEach-Object { $digest, $file = $_ -split '  ', 2; if ((Get-FileHash -Algorithm SHA256 -LiteralPath $file).Hash -ne $digest) { "changed: $file" } }
\`\`\`

The seal is over the tag manifest, by the key whose public half (\`signing-key.pub.pem\`) management hands over by another way
(\`-rawin\` needs OpenSSL 3):

\`\`\`sh
work=$(mktemp -d)
field() { sed -n "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/p" seal.dsse.json; }
field payload | base64 -d > "$work/statement.json" && field sig | base64 -d > "$work/statement.sig" &&
{ printf 'DSSEv1 28 application/vnd.in-toto+json %s ' "$(wc -c < "$work/statement.json" | tr -d ' ')"; cat "$work/statement.json"; } > "$work/statement.pae" &&
openssl pkeyutl -verify -pubin -inkey signing-key.pub.pem -rawin -in "$work/statement.pae" -sigfile "$work/statement.sig" &&
grep -q "$(sha256sum tagmanifest-sha256.txt | cut -d' ' -f1)" "$work/statement.json" && echo "the statement is over this tag manifest"
\`\`\``;

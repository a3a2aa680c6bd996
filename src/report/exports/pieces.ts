// SPDX-License-Identifier: Apache-2.0

/** A list of a document that is made while it is written, so that it never stands in memory whole. */
export class Streamed {
  readonly items: AsyncIterable<unknown>;
  constructor(items: AsyncIterable<unknown>) {
    this.items = items;
  }
}

/** The JSON text of a value on one line. Characters that act rather than show stand as escapes: the value is the same, and a text viewer cannot be misled by it. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => Array.from({ length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''));
}

/**
 * The JSON text of a value in pieces, members in the order given. A member that is `undefined` is left out; a `Streamed` one is
 * written item by item, each on a line of its own. Values below a streamed item are plain JSON.
 */
export async function* jsonPieces(value: unknown): AsyncGenerator<string> {
  if (!streams(value)) yield jsonText(value);
  else if (value instanceof Streamed) {
    yield '[';
    let separator = '\n';
    for await (const item of value.items) {
      yield `${separator}${jsonText(item)}`;
      separator = ',\n';
    }
    yield separator === '\n' ? ']' : '\n]';
  } else if (Array.isArray(value)) {
    yield '[';
    for (const [index, item] of value.entries()) {
      if (index > 0) yield ',';
      yield* jsonPieces(item);
    }
    yield ']';
  } else if (typeof value === 'object' && value !== null) {
    let separator = '{';
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      yield `${separator}${jsonText(name)}:`;
      yield* jsonPieces(member);
      separator = ',\n';
    }
    yield '}';
  }
}

function streams(value: unknown): boolean {
  return value instanceof Streamed || (typeof value === 'object' && value !== null && Object.values(value).some(streams));
}

// SPDX-License-Identifier: Apache-2.0

/** Everything that an iterable gives, in its order. */
export async function allOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

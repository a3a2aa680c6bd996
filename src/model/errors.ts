// SPDX-License-Identifier: Apache-2.0

/** Input that a person wrote and that cannot be used: where it is wrong and what to do. The command line shows both and exits with 2. */
export class InputError extends Error {
  readonly place: string;
  readonly remedy: string;
  constructor(place: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(`${place}: ${problem}`, options);
    this.name = 'InputError';
    this.place = place;
    this.remedy = remedy;
  }
}

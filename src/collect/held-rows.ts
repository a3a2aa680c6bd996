// SPDX-License-Identifier: Apache-2.0

/**
 * How many rows the units at work hold for sources that follow. Units are begun while there is room, so that many small ones are read at once and large ones one after another: memory is bound by
 * rows and not by how many units there are. One unit is always let in, however large.
 */
export class HeldRows {
  readonly #most: number;
  #held = 0;
  #units = 0;
  #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves when another unit may begin. */
  async begin(): Promise<void> {
    while (this.#units > 0 && this.#held >= this.#most) await new Promise<void>((resolve) => { this.#waiting.push(resolve); });
    this.#units += 1;
  }

  add(rows: number): void {
    this.#held += rows;
  }

  /** A unit has ended, and the rows that it held are gone. */
  end(rows: number): void {
    this.#units -= 1;
    this.#held -= rows;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

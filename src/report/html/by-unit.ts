// SPDX-License-Identifier: Apache-2.0
import { grouped, html, shown, trusted, type Markup } from './markup.ts';

/** Units up to which each number of the page follows the choice of one. */
export const MOST_UNITS = 1_000;

/** A number and how it is made up of units, by unit id. */
export type ByUnit = ReadonlyMap<string, number>;

/** Texts numbered in the order they come. */
export class Numbered {
  readonly texts: string[] = [];
  readonly #positions = new Map<string, number>();
  of(text: string): number {
    const known = this.#positions.get(text);
    if (known !== undefined) return known;
    this.#positions.set(text, this.texts.length);
    return this.texts.push(shown(text)) - 1;
  }
}

/** The provider that a unit's id begins with (src/model/unit.ts). */
export function providerOf(unit: string): string {
  const at = unit.indexOf(':');
  return at === -1 ? unit : unit.slice(0, at);
}

/** The whole number of its parts. */
export function totalOf(parts: ByUnit): number {
  let sum = 0;
  for (const count of parts.values()) sum += count;
  return sum;
}

/** Adds to a unit's part. */
export function addTo(parts: Map<string, number>, unit: string, count = 1): void {
  parts.set(unit, (parts.get(unit) ?? 0) + count);
}

/** Several such numbers as one. */
export function sumOfParts(several: readonly ByUnit[]): ByUnit {
  const sum = new Map<string, number>();
  for (const parts of several) for (const [unit, count] of parts) addTo(sum, unit, count);
  return sum;
}

/** How many of these each unit has. */
export function countedByUnit(items: Iterable<{ readonly unit: string }>): ByUnit {
  const parts = new Map<string, number>();
  for (const { unit } of items) addTo(parts, unit);
  return parts;
}

/**
 * Numbers and rows of the static page that follow its filter. Each number that units make up is written whole, and its parts go with
 * the page's data, from which the script adds up those of the chosen units. Whatever is of one unit or provider says of which.
 */
export class Following {
  readonly units: Numbered = new Numbered();
  readonly providers: Numbered = new Numbered();
  /** Parts of each number: unit, count, unit, count. */
  readonly parts: number[][] = [];
  /** Whether numbers follow the filter by unit, or by provider alone: parts by each of thousands of units would be most of the page, and of the memory that it takes to make it. */
  readonly byUnit: boolean;
  readonly #first = new Map<string, string>();

  constructor(units: readonly string[]) {
    this.byUnit = units.length <= MOST_UNITS;
    for (const unit of units) this.unitNumber(unit);
  }

  /** The unit under which a number's part of a unit is kept: itself, or the first of its provider where there are too many. */
  partOf(unit: string): string {
    if (this.byUnit) return unit;
    const provider = providerOf(unit);
    const first = this.#first.get(provider) ?? unit;
    this.#first.set(provider, first);
    return first;
  }

  /** A unit's position; its provider gets one with it. */
  unitNumber(unit: string): number {
    this.providers.of(providerOf(unit));
    return this.units.of(unit);
  }

  /** Position of a number's parts. */
  place(parts: ByUnit): number {
    const kept = new Map<string, number>();
    for (const [unit, count] of parts) if (count !== 0) addTo(kept, this.partOf(unit), count);
    return this.parts.push([...kept].flatMap(([unit, count]) => [this.unitNumber(unit), count])) - 1;
  }

  number(parts: ByUnit): Markup {
    return html`<span data-n="${String(this.place(parts))}">${totalOf(parts)}</span>`;
  }

  /** `1 read`, `2,000 reads`, also once the filter changed the number. */
  counted(parts: ByUnit, one: string, many = `${one}s`): Markup {
    const total = totalOf(parts);
    return html`<span data-n="${String(this.place(parts))}" data-words="${one}|${many}">${grouped(total)} ${total === 1 ? one : many}</span>`;
  }

  /** Attribute of what is shown only while its number is not zero; `parts` as for `number`. */
  whileAny(parts: ByUnit): Markup {
    return trusted(` data-z="${this.place(parts)}"`);
  }

  /** Attribute of what belongs to one unit. */
  ofUnit(unit: string): Markup {
    return trusted(` data-u="${this.unitNumber(unit)}"`);
  }

  /** Attribute of what belongs to one provider. */
  ofProvider(provider: string): Markup {
    return trusted(` data-p="${this.providers.of(provider)}"`);
  }
}

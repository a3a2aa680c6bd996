// SPDX-License-Identifier: Apache-2.0

/**
 * An element with attributes and children. Text goes in as text only: no function of this page turns a string into markup.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Readonly<Record<string, string>>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * The element of that id, which the page always has.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${type.name} with the id ${id}`);
  return found;
}

/** @param {number} count */
export function grouped(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/**
 * A name as it can be seen: one that is empty or blank says so.
 * @param {string} name
 * @returns {Node | string}
 */
export function visible(name) {
  return name.trim() === '' ? element('i', { class: 'blank' }, name === '' ? 'empty name' : 'blank name') : name;
}

/**
 * A result as shape and word.
 * @param {string} word
 * @param {number | null} count
 */
export function resultMark(word, count) {
  const mark = element('span', { class: `r ${word.replaceAll(' ', '_')}` });
  if (count !== null) mark.append(element('b', {}, grouped(count)), ' ');
  mark.append(word);
  return mark;
}

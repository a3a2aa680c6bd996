// SPDX-License-Identifier: Apache-2.0
import { byCodeUnit } from '../model/json.ts';
import type { Identity } from '../model/row.ts';
import type { Power, Workload } from './kubernetes-particulars.ts';
import { inNonHumanPopulation } from './scope-of-non-human.ts';

/** Whether it is the account that each namespace is given with its making, and that a pod runs as which names no other. */
export function isDefaultAccount({ name }: Identity): boolean {
  return name.endsWith('/default');
}

/** Whether an account is in the population and one that somebody made for something, else why not. */
export function ofItsOwnMaking(identity: Identity): true | string {
  const population = inNonHumanPopulation(identity);
  if (population !== true) return population;
  return isDefaultAccount(identity) ? 'the account that each namespace is given: k8s-default-account-in-use looks at it' : true;
}

/** Workloads as `Deployment shop/checkout`, each once and in order. */
export function workloadNames(workloads: readonly Workload[]): string[] {
  return inOrder(workloads.map(({ kind, name }) => `${kind} ${name}`));
}

/** Powers as `reads_secrets in namespace shop, limited to db: RoleBinding shop/reader`, each once and in order. */
export function powerNames(powers: readonly Power[]): string[] {
  return inOrder(powers.map(({ power, namespace, names, via }) => `${power} ${namespace === null ? 'in the whole cluster' : `in namespace ${namespace}`}${names.length === 0 ? '' : `, limited to ${inOrder(names).join(', ')}`}: ${via}`));
}

/** Powers over every object of their kind, in the cluster or a namespace, and those limited to objects that they name. */
export function byReach(powers: readonly Power[]): { readonly unlimited: readonly Power[]; readonly limited: readonly Power[] } {
  return { unlimited: powers.filter(({ names }) => names.length === 0), limited: powers.filter(({ names }) => names.length > 0) };
}

/** Texts in order, each once. */
export function inOrder(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted(byCodeUnit);
}

/** Texts for a reason: the first of them, and how many more there are. All of them stand in what was observed. */
export function few(texts: readonly string[]): string {
  const shown = texts.slice(0, 5).join('; ');
  return texts.length > 5 ? `${shown}; and ${texts.length - 5} more` : shown;
}

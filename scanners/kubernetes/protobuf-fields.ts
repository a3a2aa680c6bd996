// SPDX-License-Identifier: Apache-2.0

/**
 * How a field is read. `inline`: its members stand in the message around it, as JSON has them. `sparse`: a member that has nothing of what is
 * read is left out of the list. `entries`: of a map only the names given.
 */
export type Field =
  | { readonly name: string; readonly read: 'text' | 'flag' | 'count' | 'moment' }
  | { readonly name: string; readonly read: 'message' | 'inline'; readonly of: Message }
  | { readonly name: string; readonly read: 'messages'; readonly of: Message; readonly sparse?: boolean }
  | { readonly name: string; readonly read: 'entries'; readonly only: readonly string[] };
/** The fields of a message that are read, by their numbers; every other one is stepped over. */
export interface Message { readonly [number: number]: Field }

const text = (name: string): Field => ({ name, read: 'text' });
const flag = (name: string): Field => ({ name, read: 'flag' });
const count = (name: string): Field => ({ name, read: 'count' });
const message = (name: string, of: Message): Field => ({ name, read: 'message', of });
const some = (name: string, of: Message): Field => ({ name, read: 'messages', of, sparse: true });

// Numbers: k8s.io/apimachinery v0.37.2, pkg/apis/meta/v1/generated.proto; k8s.io/api v0.37.2, core/v1, apps/v1 and batch/v1/generated.proto.

export const LIST_META: Message = { 2: text('resourceVersion'), 3: text('continue'), 4: count('remainingItemCount') };

export const STATUS: Message = { 1: message('metadata', { 3: text('continue') }), 3: text('message'), 4: text('reason'), 5: message('details', { 5: count('retryAfterSeconds') }) };

/** Labels that name what a pod belongs to; no annotation is read. */
export const OBJECT_META: Message = {
  1: text('name'), 3: text('namespace'), 5: text('uid'), 8: { name: 'creationTimestamp', read: 'moment' }, 11: { name: 'labels', read: 'entries', only: ['pod-template-hash'] },
  13: { name: 'ownerReferences', read: 'messages', of: { 1: text('kind'), 3: text('name'), 4: text('uid'), 6: flag('controller') } },
};

const REFERENCE: Message = { 1: text('name') };
const NAMED: Message = { 1: { name: 'name', read: 'inline', of: REFERENCE } };
// Of an environment variable only where its value comes from: field 2, the value itself, has no entry and is never decoded.
const ENVIRONMENT: Message = { 3: { name: 'valueFrom', read: 'inline', of: { 4: message('secretKeyRef', NAMED) } } };
const CONTAINER: Message = { 7: some('env', ENVIRONMENT), 19: some('envFrom', { 3: message('secretRef', NAMED) }) };
const PROJECTION: Message = { 1: message('secret', NAMED), 4: message('serviceAccountToken', { 1: text('audience'), 2: count('expirationSeconds') }) };
const VOLUME: Message = { 2: { name: 'volumeSource', read: 'inline', of: { 6: message('secret', { 1: text('secretName') }), 26: message('projected', { 1: some('sources', PROJECTION) }), 28: message('csi', { 1: text('driver'), 5: message('nodePublishSecretRef', REFERENCE) }) } } };

export const POD_SPEC: Message = {
  1: some('volumes', VOLUME), 2: some('containers', CONTAINER), 8: text('serviceAccountName'), 15: some('imagePullSecrets', REFERENCE), 20: some('initContainers', CONTAINER), 21: flag('automountServiceAccountToken'),
  34: some('ephemeralContainers', { 1: { name: 'ephemeralContainerCommon', read: 'inline', of: CONTAINER } }),
};

/** A pod with the phase that it is in. */
export const POD: Message = { 1: message('metadata', OBJECT_META), 2: message('spec', POD_SPEC), 3: message('status', { 1: text('phase') }) };

const TEMPLATE: Message = { 2: message('spec', POD_SPEC) };
const WITH_TEMPLATE = (number: number): Message => ({ 1: message('metadata', OBJECT_META), 2: message('spec', { [number]: message('template', TEMPLATE) }) });
/** Deployments and stateful sets. */
export const THIRD_TEMPLATE = WITH_TEMPLATE(3);
export const DAEMON_SET = WITH_TEMPLATE(2);
export const JOB = WITH_TEMPLATE(6);
export const CRON_JOB: Message = { 1: message('metadata', OBJECT_META), 2: message('spec', { 5: message('jobTemplate', { 2: message('spec', { 6: message('template', TEMPLATE) }) }) }) };

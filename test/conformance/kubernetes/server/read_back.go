// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/pager"
	"k8s.io/kubernetes/pkg/serviceaccount"
)

// moment is how the API server writes one.
const moment = "2006-01-02T15:04:05Z"

// object is one object of the cluster, as the API server told it to the administrator after everything was made.
type object struct {
	Namespace string         `json:"namespace,omitempty"`
	Name      string         `json:"name"`
	UID       string         `json:"uid"`
	Created   string         `json:"created"`
	Detail    map[string]any `json:"detail,omitempty"`
}

// expected is what a scan is held against.
type expected struct {
	Marker       string              `json:"marker"`
	TrackedSince string              `json:"trackedSince"`
	Resources    map[string][]object `json:"resources"`
}

type details func(item unstructured.Unstructured) map[string]any

// Every resource that is read back, with what is compared beside its name.
var readResources = []struct {
	group, version, resource string
	detail                   details
}{
	{"", "v1", "namespaces", nil},
	{"", "v1", "serviceaccounts", func(item unstructured.Unstructured) map[string]any {
		return map[string]any{"automount": item.Object["automountServiceAccountToken"]}
	}},
	{"", "v1", "secrets", secretDetail},
	{"", "v1", "pods", podDetail("Pod", "spec")},
	{"apps", "v1", "deployments", podDetail("Deployment", "spec", "template", "spec")},
	{"apps", "v1", "statefulsets", podDetail("StatefulSet", "spec", "template", "spec")},
	{"apps", "v1", "daemonsets", podDetail("DaemonSet", "spec", "template", "spec")},
	{"batch", "v1", "jobs", podDetail("Job", "spec", "template", "spec")},
	{"batch", "v1", "cronjobs", podDetail("CronJob", "spec", "jobTemplate", "spec", "template", "spec")},
	{"rbac.authorization.k8s.io", "v1", "roles", nil},
	{"rbac.authorization.k8s.io", "v1", "clusterroles", nil},
	{"rbac.authorization.k8s.io", "v1", "rolebindings", bindingDetail},
	{"rbac.authorization.k8s.io", "v1", "clusterrolebindings", bindingDetail},
	{"certificates.k8s.io", "v1", "certificatesigningrequests", requestDetail},
	{"apiextensions.k8s.io", "v1", "customresourcedefinitions", nil},
	{"cert-manager.io", "v1", "certificates", fields("secretName", "spec", "secretName")},
	{"cert-manager.io", "v1", "issuers", nil},
	{"external-secrets.io", "v1", "externalsecrets", fields("store", "spec", "secretStoreRef", "name")},
	{"external-secrets.io", "v1", "secretstores", nil},
	{"external-secrets.io", "v1", "clustersecretstores", nil},
}

func (s *seeder) readBack() (*expected, error) {
	found := &expected{Marker: marker, Resources: map[string][]object{}}
	for _, each := range readResources {
		client := s.dynamic.Resource(schema.GroupVersionResource{Group: each.group, Version: each.version, Resource: each.resource})
		list := pager.New(func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			return client.List(ctx, options)
		})
		err := list.EachListItem(s.ctx, metav1.ListOptions{}, func(item runtime.Object) error {
			read, ok := item.(*unstructured.Unstructured)
			if !ok {
				return fmt.Errorf("%T is no object", item)
			}
			made := object{Namespace: read.GetNamespace(), Name: read.GetName(), UID: string(read.GetUID()), Created: read.GetCreationTimestamp().UTC().Format(moment)}
			if each.detail != nil {
				made.Detail = each.detail(*read)
			}
			found.Resources[each.resource] = append(found.Resources[each.resource], made)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", each.resource, err)
		}
	}
	tracking, err := s.client.CoreV1().ConfigMaps("kube-system").Get(s.ctx, "kube-apiserver-legacy-service-account-token-tracking", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	found.TrackedSince = tracking.Data["since"]
	return found, nil
}

func text(item unstructured.Unstructured, path ...string) string {
	value, _, _ := unstructured.NestedString(item.Object, path...)
	return value
}

func fields(name string, path ...string) details {
	return func(item unstructured.Unstructured) map[string]any { return map[string]any{name: text(item, path...)} }
}

// secretDetail tells no value, only how many there are.
func secretDetail(item unstructured.Unstructured) map[string]any {
	data, _, _ := unstructured.NestedMap(item.Object, "data")
	annotations, labels := item.GetAnnotations(), item.GetLabels()
	return map[string]any{
		"type": text(item, "type"), "keys": len(data), "account": annotations["kubernetes.io/service-account.name"], "accountUid": annotations["kubernetes.io/service-account.uid"],
		"lastUsed": labels[serviceaccount.LastUsedLabelKey], "invalidSince": labels[serviceaccount.InvalidSinceLabelKey],
	}
}

func bindingDetail(item unstructured.Unstructured) map[string]any {
	subjects, _, _ := unstructured.NestedSlice(item.Object, "subjects")
	return map[string]any{"role": text(item, "roleRef", "kind") + " " + text(item, "roleRef", "name"), "subjects": subjects}
}

// requestDetail tells who asked for what, and until when the certificate works that was issued.
func requestDetail(item unstructured.Unstructured) map[string]any {
	detail := map[string]any{"signer": text(item, "spec", "signerName"), "requestor": text(item, "spec", "username")}
	issued, _ := base64.StdEncoding.DecodeString(text(item, "status", "certificate"))
	if block, _ := pem.Decode(issued); block != nil {
		if certificate, err := x509.ParseCertificate(block.Bytes); err == nil {
			detail["subject"], detail["notBefore"], detail["notAfter"] = certificate.Subject.String(), certificate.NotBefore.UTC().Format(moment), certificate.NotAfter.UTC().Format(moment)
		}
	}
	return detail
}

// podDetail tells as whom a workload's pods run and which Secrets they name; the API server fills in the account of a pod, and of no template.
func podDetail(kind string, path ...string) details {
	return func(item unstructured.Unstructured) map[string]any {
		spec, _, _ := unstructured.NestedMap(item.Object, path...)
		named := &references{secrets: map[string]bool{}, tokens: []map[string]any{}}
		named.walk(spec, "")
		account, _ := spec["serviceAccountName"].(string)
		if account == "" {
			account = "default"
		}
		pulls := []string{}
		list, _, _ := unstructured.NestedSlice(spec, "imagePullSecrets")
		for _, each := range list {
			if reference, ok := each.(map[string]any); ok {
				pulls = append(pulls, fmt.Sprint(reference["name"]))
			}
		}
		return map[string]any{"workload": kind, "account": account, "automount": spec["automountServiceAccountToken"], "secrets": append([]string{}, slices.Sorted(maps.Keys(named.secrets))...), "imagePullSecrets": pulls, "tokens": named.tokens}
	}
}

// references gathers what a pod names, wherever it stands.
type references struct {
	secrets map[string]bool
	tokens  []map[string]any
}

func (r *references) walk(value any, under string) {
	switch read := value.(type) {
	case []any:
		for _, each := range read {
			r.walk(each, under)
		}
	case map[string]any:
		for _, name := range []string{"name", "secretName"} {
			if secret, ok := read[name].(string); ok && (under == "secretKeyRef" || under == "secretRef" || under == "secret") {
				r.secrets[secret] = true
			}
		}
		if under == "serviceAccountToken" {
			r.tokens = append(r.tokens, map[string]any{"audience": read["audience"], "seconds": read["expirationSeconds"]})
		}
		for name, each := range read {
			r.walk(each, name)
		}
	}
}

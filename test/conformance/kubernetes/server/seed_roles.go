// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const rbacGroup = "rbac.authorization.k8s.io"

func rule(group, resource string, verbs ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: []string{resource}, Verbs: verbs}
}

// Cluster roles: one that is cluster-admin by another name, and one for each right that leads there.
var clusterRoles = map[string][]rbacv1.PolicyRule{
	"harbor-everything":   {rule("*", "*", "*")},
	"harbor-read-secrets": {rule("", "secrets", "get", "list", "watch")},
	"harbor-mint-tokens":  {rule("", "serviceaccounts/token", "create")},
	"harbor-escalate":     {rule(rbacGroup, "clusterroles", "escalate", "bind")},
	"harbor-impersonate":  {rule("", "users", "impersonate"), rule("", "serviceaccounts", "impersonate")},
	"harbor-run-pods":     {rule("", "pods", "create"), rule("apps", "deployments", "*")},
	"harbor-approve":      {rule("certificates.k8s.io", "certificatesigningrequests/approval", "update"), rule("certificates.k8s.io", "signers", "approve")},
	"harbor-nodes":        {rule("", "nodes/proxy", "get", "create")},
	"harbor-metrics":      {{NonResourceURLs: []string{"/metrics"}, Verbs: []string{"get"}}},
	"harbor-no-rules":     nil,
}

func subject(kind, name, space string) rbacv1.Subject {
	group := rbacGroup
	if kind == rbacv1.ServiceAccountKind {
		group = ""
	}
	return rbacv1.Subject{Kind: kind, APIGroup: group, Name: name, Namespace: space}
}

func (s *seeder) makeRoles() error {
	rbac := s.client.RbacV1()
	for name, rules := range clusterRoles {
		role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{"harbor.example/note": canary("role-annotation", 0)}}, Rules: rules}
		if _, err := rbac.ClusterRoles().Create(s.ctx, role, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	worker := func(space, number int) rbacv1.Subject {
		return subject(rbacv1.ServiceAccountKind, account(number), s.namespaces[space])
	}
	for name, bound := range map[string]struct {
		role     string
		subjects []rbacv1.Subject
	}{
		"harbor-administrator":  {"cluster-admin", []rbacv1.Subject{worker(0, 1), subject(rbacv1.UserKind, "dana@harbor.example", "")}},
		"harbor-everything":     {"harbor-everything", []rbacv1.Subject{worker(1, 1)}},
		"harbor-group-admin":    {"cluster-admin", []rbacv1.Subject{subject(rbacv1.GroupKind, "system:serviceaccounts:"+s.namespaces[2], "")}},
		"harbor-secret-readers": {"harbor-read-secrets", []rbacv1.Subject{worker(3, 1), worker(3, 2)}},
		"harbor-token-minter":   {"harbor-mint-tokens", []rbacv1.Subject{worker(4, 1)}},
		"harbor-escalator":      {"harbor-escalate", []rbacv1.Subject{worker(5, 1)}},
		"harbor-impersonator":   {"harbor-impersonate", []rbacv1.Subject{worker(6, 1)}},
		"harbor-runner":         {"harbor-run-pods", []rbacv1.Subject{worker(7, 1)}},
		"harbor-approver":       {"harbor-approve", []rbacv1.Subject{worker(8, 1)}},
		"harbor-nobody":         {"view", nil},
		"harbor-gone":           {"a-role-that-is-not-there", []rbacv1.Subject{worker(9, 1), subject(rbacv1.ServiceAccountKind, "an-account-that-is-not-there", s.namespaces[9])}},
	} {
		binding := &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: name}, Subjects: bound.subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacGroup, Kind: "ClusterRole", Name: bound.role}}
		if _, err := rbac.ClusterRoleBindings().Create(s.ctx, binding, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return each(namespaceCount, func(index int) error {
		space := s.namespaces[index]
		for number, rules := range [][]rbacv1.PolicyRule{{rule("", "configmaps", "get", "list")}, {rule("", "secrets", "get")}, {rule("*", "*", "*")}} {
			name := fmt.Sprintf("role-%d", number)
			if _, err := rbac.Roles(space).Create(s.ctx, &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: space}, Rules: rules}, metav1.CreateOptions{}); err != nil {
				return err
			}
			binding := &rbacv1.RoleBinding{
				ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: space}, Subjects: []rbacv1.Subject{subject(rbacv1.ServiceAccountKind, account(10+number), space)},
				RoleRef: rbacv1.RoleRef{APIGroup: rbacGroup, Kind: "Role", Name: name},
			}
			if _, err := rbac.RoleBindings(space).Create(s.ctx, binding, metav1.CreateOptions{}); err != nil {
				return err
			}
		}
		// Administration of one namespace is none of the cluster.
		local := &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "local-admin", Namespace: space}, Subjects: []rbacv1.Subject{subject(rbacv1.ServiceAccountKind, account(13), space)},
			RoleRef: rbacv1.RoleRef{APIGroup: rbacGroup, Kind: "ClusterRole", Name: "cluster-admin"},
		}
		_, err := rbac.RoleBindings(space).Create(s.ctx, local, metav1.CreateOptions{})
		return err
	})
}

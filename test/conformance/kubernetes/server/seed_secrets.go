// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const secretCount = 3000

func secretName(kind int) string {
	return fmt.Sprintf("%s-00", secretKinds[kind].prefix)
}

// The types of Secret that the API server validates, each with what it asks for, and two that it takes as they are.
var secretKinds = []struct {
	prefix string
	kind   corev1.SecretType
	data   func(value string) map[string]string
}{
	{"settings", corev1.SecretTypeOpaque, func(value string) map[string]string {
		return map[string]string{"password": value, "username": "harbor", "url": "https://" + value + "@db.harbor.example"}
	}},
	{"site", corev1.SecretTypeTLS, func(value string) map[string]string {
		return map[string]string{"tls.crt": "not read", "tls.key": value}
	}},
	{"registry", corev1.SecretTypeDockerConfigJson, func(value string) map[string]string {
		return map[string]string{corev1.DockerConfigJsonKey: fmt.Sprintf(`{"auths":{"registry.harbor.example":{"password":%q}}}`, value)}
	}},
	{"database", corev1.SecretTypeBasicAuth, func(value string) map[string]string {
		return map[string]string{"username": "harbor", "password": value}
	}},
	{"deploy", corev1.SecretTypeSSHAuth, func(value string) map[string]string { return map[string]string{"ssh-privatekey": value} }},
	{"sh.helm.release.v1.chart", "helm.sh/release.v1", func(value string) map[string]string { return map[string]string{"release": strings.Repeat(value, 20)} }},
	{"old-registry", corev1.SecretTypeDockercfg, func(value string) map[string]string {
		return map[string]string{corev1.DockerConfigKey: fmt.Sprintf(`{"registry.harbor.example":{"password":%q}}`, value)}
	}},
	{"partner", "harbor.example/partner-key", func(value string) map[string]string { return map[string]string{"key": value, "id": "partner"} }},
	{"empty", corev1.SecretTypeOpaque, func(string) map[string]string { return nil }},
}

func (s *seeder) makeSecrets() error {
	perSpace := len(secretKinds)
	err := each(secretCount, func(index int) error {
		space, number := s.namespaces[index%namespaceCount], index/namespaceCount
		kind := secretKinds[number%perSpace]
		return s.makeSecret(space, fmt.Sprintf("%s-%02d", kind.prefix, number/perSpace), kind.kind, kind.data(canary("secret", index)), index)
	})
	if err != nil {
		return err
	}
	return s.makeSecret("kube-system", "bootstrap-token-h4rb0r", corev1.SecretTypeBootstrapToken, map[string]string{
		"token-id": "h4rb0r", "token-secret": "rollcallcanary00", "usage-bootstrap-authentication": "true", "expiration": "2030-01-01T00:00:00Z",
	}, 0)
}

func (s *seeder) makeSecret(space, name string, kind corev1.SecretType, data map[string]string, index int) error {
	immutable := index%11 == 0
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: space, Annotations: map[string]string{"harbor.example/note": canary("secret-annotation", index)}, Labels: map[string]string{"harbor.example/hint": canary("secret-label", index)}},
		Type:       kind, StringData: data, Immutable: &immutable,
	}
	_, err := s.client.CoreV1().Secrets(space).Create(s.ctx, secret, metav1.CreateOptions{})
	return err
}

// bulkSecrets fills a cluster for measuring: small Secrets of several types, evenly spread.
func (s *seeder) bulkSecrets(count, spread int) error {
	space := func(index int) string { return fmt.Sprintf("bulk-%03d", index%spread) }
	err := each(spread, func(index int) error {
		_, err := s.client.CoreV1().Namespaces().Create(s.ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: space(index)}}, metav1.CreateOptions{})
		return err
	})
	if err != nil {
		return err
	}
	return each(count, func(index int) error {
		kind := secretKinds[index/spread%len(secretKinds)]
		return s.makeSecret(space(index), fmt.Sprintf("%s-%05d", kind.prefix, index/spread), kind.kind, kind.data(canary("bulk", index)), index)
	})
}

// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// makeSigningRequests makes one request in each state that there is: pending, approved, denied, failed, and approved with a certificate, which is a login to the cluster where that signer was asked.
func (s *seeder) makeSigningRequests() error {
	requests := s.client.CertificatesV1().CertificateSigningRequests()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	for index, state := range []string{"pending", "approved", "denied", "failed", "issued", "login"} {
		subject := pkix.Name{CommonName: fmt.Sprintf("user-%d", index), Organization: []string{"harbor:operators"}}
		asked, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: subject}, key)
		if err != nil {
			return err
		}
		seconds, signer := int32(86400), "harbor.example/operators"
		if state == "login" {
			signer = certificatesv1.KubeAPIServerClientSignerName
		}
		made, err := requests.Create(s.ctx, &certificatesv1.CertificateSigningRequest{
			ObjectMeta: metav1.ObjectMeta{Name: "request-" + state, Annotations: map[string]string{"harbor.example/note": canary("request-annotation", index)}},
			Spec: certificatesv1.CertificateSigningRequestSpec{
				Request: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: asked}), SignerName: signer, ExpirationSeconds: &seconds,
				Usages: []certificatesv1.KeyUsage{certificatesv1.UsageDigitalSignature, certificatesv1.UsageClientAuth},
			},
		}, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		kinds := map[string]certificatesv1.RequestConditionType{"approved": certificatesv1.CertificateApproved, "issued": certificatesv1.CertificateApproved, "login": certificatesv1.CertificateApproved, "denied": certificatesv1.CertificateDenied, "failed": certificatesv1.CertificateFailed}
		kind, decided := kinds[state]
		if !decided {
			continue
		}
		made.Status.Conditions = append(made.Status.Conditions, certificatesv1.CertificateSigningRequestCondition{Type: kind, Status: corev1.ConditionTrue, Reason: "Seeded", Message: "by the seeder"})
		if state == "failed" {
			_, err = requests.UpdateStatus(s.ctx, made, metav1.UpdateOptions{})
		} else {
			made, err = requests.UpdateApproval(s.ctx, made.Name, made, metav1.UpdateOptions{})
		}
		if err != nil {
			return err
		}
		if state != "issued" && state != "login" {
			continue
		}
		now := time.Now()
		template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: subject, NotBefore: now, NotAfter: now.Add(24 * time.Hour)}
		issued, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
		if err != nil {
			return err
		}
		made.Status.Certificate = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issued})
		if _, err := requests.UpdateStatus(s.ctx, made, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	return nil
}

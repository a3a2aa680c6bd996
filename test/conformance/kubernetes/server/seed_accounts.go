// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/keyutil"
	"k8s.io/klog/v2"
	controllers "k8s.io/kubernetes/pkg/controller/serviceaccount"
	"k8s.io/kubernetes/pkg/serviceaccount"
)

const (
	namespaceCount = 60
	accountsEach   = 25 // the controller's own `default` among them
	tokenCount     = 40
)

// runControllers starts the controllers of kube-controller-manager that make the default accounts and fill the legacy tokens.
func (s *seeder) runControllers(ctx context.Context, signingKey string) error {
	key, err := keyutil.PrivateKeyFromFile(signingKey)
	if err != nil {
		return err
	}
	generator, err := serviceaccount.JWTTokenGenerator(serviceaccount.LegacyIssuer, key)
	if err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactory(s.client, 0)
	core := factory.Core().V1()
	accounts, err := controllers.NewServiceAccountsController(klog.FromContext(ctx), core.ServiceAccounts(), core.Namespaces(), s.client, controllers.DefaultServiceAccountsControllerOptions())
	if err != nil {
		return err
	}
	tokens, err := controllers.NewTokensController(klog.FromContext(ctx), core.ServiceAccounts(), core.Secrets(), s.client, controllers.TokensControllerOptions{TokenGenerator: generator})
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	go accounts.Run(ctx, 4)
	go tokens.Run(ctx, 4)
	return nil
}

func (s *seeder) makeNamespaces() error {
	for index := range namespaceCount {
		s.namespaces = append(s.namespaces, fmt.Sprintf("harbor-%02d", index))
	}
	return each(len(s.namespaces), func(index int) error {
		space := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: s.namespaces[index], Labels: map[string]string{"team": fmt.Sprintf("team-%d", index%7)}}}
		_, err := s.client.CoreV1().Namespaces().Create(s.ctx, space, metav1.CreateOptions{})
		return err
	})
}

// account is the name of a service account: 0 is the one that the controller makes.
func account(index int) string {
	if index == 0 {
		return "default"
	}
	return fmt.Sprintf("worker-%02d", index)
}

func (s *seeder) makeAccounts() error {
	err := each(namespaceCount*(accountsEach-1), func(index int) error {
		space, number := s.namespaces[index%namespaceCount], 1+index/namespaceCount
		made := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: account(number), Namespace: space, Annotations: map[string]string{"harbor.example/note": canary("account-annotation", index)}}}
		switch number {
		case 1:
			made.Annotations["eks.amazonaws.com/role-arn"] = fmt.Sprintf("arn:aws:iam::111122223333:role/worker-%02d", index%namespaceCount)
		case 2:
			made.Annotations["iam.gke.io/gcp-service-account"] = fmt.Sprintf("worker-%02d@harbor.iam.gserviceaccount.com", index%namespaceCount)
		case 3:
			made.Annotations["azure.workload.identity/client-id"] = fmt.Sprintf("00000000-0000-4000-8000-%012d", index%namespaceCount)
		case 4:
			never := false
			made.AutomountServiceAccountToken = &never
		case 5:
			made.ImagePullSecrets = []corev1.LocalObjectReference{{Name: secretName(2)}}
		case 6:
			made.Labels = map[string]string{"owner": "team-harbor"}
		}
		_, err := s.client.CoreV1().ServiceAccounts(space).Create(s.ctx, made, metav1.CreateOptions{})
		return err
	})
	if err != nil {
		return err
	}
	// Pods are not let in before the account that they run as is there.
	return s.until("the default service accounts", func() (bool, error) {
		list, err := s.client.CoreV1().ServiceAccounts("").List(s.ctx, metav1.ListOptions{FieldSelector: "metadata.name=default"})
		return err == nil && len(list.Items) >= namespaceCount, err
	})
}

func (s *seeder) until(what string, reached func() (bool, error)) error {
	err := wait.PollUntilContextTimeout(s.ctx, 50*time.Millisecond, 60*time.Second, true, func(context.Context) (bool, error) { return reached() })
	if err != nil {
		return fmt.Errorf("waiting for %s: %w", what, err)
	}
	return nil
}

// makeTokens makes Secrets that the tokens controller fills, and uses some: a third is used, every tenth is invalidated, some of those after use.
func (s *seeder) makeTokens() error {
	return each(tokenCount, func(index int) error {
		space, of, name := s.namespaces[index%namespaceCount], account(index/namespaceCount+index%3), fmt.Sprintf("legacy-token-%02d", index)
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: space, Annotations: map[string]string{corev1.ServiceAccountNameKey: of}}, Type: corev1.SecretTypeServiceAccountToken}
		if _, err := s.client.CoreV1().Secrets(space).Create(s.ctx, secret, metav1.CreateOptions{}); err != nil {
			return err
		}
		token := ""
		err := s.until("the token of "+name, func() (bool, error) {
			filled, err := s.client.CoreV1().Secrets(space).Get(s.ctx, name, metav1.GetOptions{})
			if err == nil {
				token = string(filled.Data[corev1.ServiceAccountTokenKey])
			}
			return token != "", err
		})
		if err != nil {
			return err
		}
		user, used := "system:serviceaccount:"+space+":"+of, index%3 == 0
		if used {
			// The authenticator reads the Secret from a cache.
			if err := s.until("the login with "+name, func() (bool, error) { return s.taken(token, user) }); err != nil {
				return fmt.Errorf("%s/%s: %w", space, name, err)
			}
		}
		if index%10 == 9 {
			label := fmt.Appendf(nil, `{"metadata":{"labels":{%q:"2026-01-31"}}}`, serviceaccount.InvalidSinceLabelKey)
			if _, err := s.client.CoreV1().Secrets(space).Patch(s.ctx, name, types.MergePatchType, label, metav1.PatchOptions{}); err != nil {
				return err
			}
			if used {
				// It keeps for some seconds whom it has let in.
				err := s.until("the refusal of "+name, func() (bool, error) {
					taken, err := s.taken(token, user)
					return !taken, err
				})
				if err != nil {
					return fmt.Errorf("%s/%s: %w", space, name, err)
				}
			}
		}
		if !used {
			return nil
		}
		return s.until("the mark of use of "+name, func() (bool, error) {
			used, err := s.client.CoreV1().Secrets(space).Get(s.ctx, name, metav1.GetOptions{})
			return err == nil && used.Labels[serviceaccount.LastUsedLabelKey] != "", err
		})
	})
}

// taken logs in with a token and tells whether that was let in, of which the API server notes the day.
func (s *seeder) taken(token, wanted string) (bool, error) {
	who, err := s.logIn(token)
	switch {
	case apierrors.IsUnauthorized(err):
		return false, nil
	case err != nil:
		return false, err
	case who != wanted:
		return false, fmt.Errorf("the token logs in as %s, not %s", who, wanted)
	}
	return true, nil
}

func (s *seeder) logIn(token string) (string, error) {
	config := rest.AnonymousClientConfig(s.config)
	config.BearerToken = token
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return "", err
	}
	who, err := client.AuthenticationV1().SelfSubjectReviews().Create(s.ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return "", err
	}
	return who.Status.UserInfo.Username, nil
}

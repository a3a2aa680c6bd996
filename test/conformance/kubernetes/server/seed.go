// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Everything secret that the seeder writes begins with this, so that one search finds any of it.
const marker = "rollcallcanary"

const workers = 16

// seeder holds the clients of the cluster's administrator.
type seeder struct {
	ctx        context.Context
	kubeconfig string
	config     *rest.Config
	client     kubernetes.Interface
	dynamic    dynamic.Interface
	namespaces []string
}

// seed fills a cluster and writes what is then there, as the API server tells it, to a file.
func seed(args []string) error {
	flags := flag.NewFlagSet("seed", flag.ContinueOnError)
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig of an administrator")
	signingKey := flags.String("signing-key", "", "private key with which the tokens controller signs")
	manifests := flags.String("manifests", "", "folder of manifests that kubectl applies")
	out := flags.String("out", "", "file for what was seeded")
	bulk := flags.Int("bulk", 0, "make only this many Secrets, for measuring")
	spread := flags.Int("bulk-namespaces", 100, "in this many namespaces")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s, err := newSeeder(*kubeconfig)
	if err != nil {
		return err
	}
	if *bulk > 0 {
		return s.bulkSecrets(*bulk, *spread)
	}
	ctx, stop := context.WithCancel(s.ctx)
	defer stop()
	if err := s.runControllers(ctx, *signingKey); err != nil {
		return err
	}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"namespaces", s.makeNamespaces}, {"service accounts", s.makeAccounts}, {"secrets", s.makeSecrets}, {"roles", s.makeRoles}, {"workloads", s.makeWorkloads},
		{"signing requests", s.makeSigningRequests}, {"manifests", func() error { return s.apply(*manifests) }}, {"tokens", s.makeTokens},
	} {
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	found, err := s.readBack()
	if err != nil {
		return fmt.Errorf("reading back: %w", err)
	}
	text, err := json.Marshal(found)
	if err != nil {
		return err
	}
	return os.WriteFile(*out, text, 0o600)
}

func newSeeder(kubeconfig string) (*seeder, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 5000, 5000
	config.WarningHandler = rest.NoWarnings{}
	plain := rest.CopyConfig(config)
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	objects, err := dynamic.NewForConfig(plain)
	if err != nil {
		return nil, err
	}
	return &seeder{ctx: context.Background(), kubeconfig: kubeconfig, config: config, client: client, dynamic: objects}, nil
}

// apply runs kubectl's client-side apply, which leaves each manifest, values and all, in an annotation of its object.
func (s *seeder) apply(folder string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, args := range [][]string{
		{"apply", "--filename", folder + "/definitions"},
		{"wait", "--for=condition=Established", "--timeout=60s", "crd", "--all"},
		{"apply", "--filename", folder + "/objects"},
	} {
		kubectl := exec.Command(self, append([]string{"kubectl", "--kubeconfig", s.kubeconfig}, args...)...)
		if said, err := kubectl.CombinedOutput(); err != nil {
			return fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, said)
		}
	}
	return nil
}

// each does a thing for 0 to count-1, several at a time, and gives all errors.
func each(count int, do func(index int) error) error {
	indexes := make(chan int)
	var wait sync.WaitGroup
	var lock sync.Mutex
	var failed []error
	for range workers {
		wait.Go(func() {
			for index := range indexes {
				if err := do(index); err != nil {
					lock.Lock()
					failed = append(failed, err)
					lock.Unlock()
				}
			}
		})
	}
	for index := range count {
		indexes <- index
	}
	close(indexes)
	wait.Wait()
	return errors.Join(failed...)
}

// canary is a value that must never be seen again.
func canary(place string, index int) string {
	return fmt.Sprintf("%s-%s-%06d", marker, place, index)
}

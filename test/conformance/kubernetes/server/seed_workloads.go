// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// podOf is a pod that uses a service account and Secrets in every way there is, and has values of its own in environment and arguments.
func podOf(index int, restart corev1.RestartPolicy) corev1.PodTemplateSpec {
	hour := int64(3600)
	labels := map[string]string{"app": fmt.Sprintf("app-%03d", index)}
	spec := corev1.PodSpec{
		RestartPolicy: restart,
		Containers: []corev1.Container{{
			Name: "main", Image: "registry.harbor.example/app:1", Args: []string{"--password=" + canary("argument", index)},
			Env: []corev1.EnvVar{
				{Name: "API_TOKEN", Value: canary("environment", index)},
				{Name: "PASSWORD", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: secretName(0)}, Key: "password"}}},
			},
			EnvFrom: []corev1.EnvFromSource{{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: secretName(3)}}}},
		}},
		InitContainers: []corev1.Container{{Name: "first", Image: "registry.harbor.example/init:1", Env: []corev1.EnvVar{{Name: "SEED", Value: canary("init-environment", index)}}}},
		Volumes: []corev1.Volume{
			{Name: "site", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: secretName(1)}}},
			{Name: "token", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
				{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Audience: "vault.harbor.example", ExpirationSeconds: &hour, Path: "vault"}},
				{Secret: &corev1.SecretProjection{LocalObjectReference: corev1.LocalObjectReference{Name: secretName(4)}}},
			}}}},
		},
		ImagePullSecrets: []corev1.LocalObjectReference{{Name: secretName(2)}},
	}
	if index%3 != 0 {
		spec.ServiceAccountName = account(1 + index%(accountsEach-1))
	}
	if index%5 == 0 {
		never := false
		spec.AutomountServiceAccountToken = &never
	}
	return corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels, Annotations: map[string]string{"harbor.example/note": canary("pod-annotation", index)}}, Spec: spec}
}

// makeWorkloads makes workloads of every kind. Nothing runs them: the cluster has no controller for them and no node.
func (s *seeder) makeWorkloads() error {
	create := metav1.CreateOptions{}
	for _, kind := range []struct {
		count int
		make  func(index int, space string, meta metav1.ObjectMeta) error
	}{
		{300, func(index int, space string, meta metav1.ObjectMeta) error {
			pod := podOf(index, corev1.RestartPolicyAlways)
			_, err := s.client.AppsV1().Deployments(space).Create(s.ctx, &appsv1.Deployment{ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Selector: metav1.SetAsLabelSelector(pod.Labels), Template: pod}}, create)
			return err
		}},
		{60, func(index int, space string, meta metav1.ObjectMeta) error {
			pod := podOf(index, corev1.RestartPolicyAlways)
			_, err := s.client.AppsV1().StatefulSets(space).Create(s.ctx, &appsv1.StatefulSet{ObjectMeta: meta, Spec: appsv1.StatefulSetSpec{Selector: metav1.SetAsLabelSelector(pod.Labels), ServiceName: "app", Template: pod}}, create)
			return err
		}},
		{30, func(index int, space string, meta metav1.ObjectMeta) error {
			pod := podOf(index, corev1.RestartPolicyAlways)
			_, err := s.client.AppsV1().DaemonSets(space).Create(s.ctx, &appsv1.DaemonSet{ObjectMeta: meta, Spec: appsv1.DaemonSetSpec{Selector: metav1.SetAsLabelSelector(pod.Labels), Template: pod}}, create)
			return err
		}},
		{60, func(index int, space string, meta metav1.ObjectMeta) error {
			_, err := s.client.BatchV1().Jobs(space).Create(s.ctx, &batchv1.Job{ObjectMeta: meta, Spec: batchv1.JobSpec{Template: podOf(index, corev1.RestartPolicyNever)}}, create)
			return err
		}},
		{60, func(index int, space string, meta metav1.ObjectMeta) error {
			job := batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{Template: podOf(index, corev1.RestartPolicyNever)}}
			_, err := s.client.BatchV1().CronJobs(space).Create(s.ctx, &batchv1.CronJob{ObjectMeta: meta, Spec: batchv1.CronJobSpec{Schedule: "0 4 * * *", JobTemplate: job}}, create)
			return err
		}},
		{600, func(index int, space string, meta metav1.ObjectMeta) error {
			pod := podOf(index, corev1.RestartPolicyAlways)
			meta.Labels, meta.Annotations = pod.Labels, pod.Annotations
			_, err := s.client.CoreV1().Pods(space).Create(s.ctx, &corev1.Pod{ObjectMeta: meta, Spec: pod.Spec}, create)
			return err
		}},
	} {
		err := each(kind.count, func(index int) error {
			space := s.namespaces[index%namespaceCount]
			return kind.make(index, space, metav1.ObjectMeta{Name: fmt.Sprintf("app-%03d", index), Namespace: space})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

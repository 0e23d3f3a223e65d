package manifests

import (
	"slices"
	"strings"
	"testing"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// bridges calls a function with the bridge of each overlay: what made its pod, the pod, and its container.
func bridges(t *testing.T, look func(name string, of runtime.Object, pod core.PodSpec, bridge core.Container)) {
	t.Helper()
	for name, path := range overlays(t) {
		objects, found := build(t, path), false
		for _, o := range objects {
			for _, pod := range templates([]runtime.Object{o}) {
				at := slices.IndexFunc(pod.Spec.InitContainers, func(c core.Container) bool { return c.Name == "bridge" })
				if found = found || at >= 0; at >= 0 {
					look(name, o, pod.Spec, pod.Spec.InitContainers[at])
				}
			}
		}
		if !found {
			t.Errorf("%s has no bridge", name)
		}
	}
}

// TestStartAndStop: a long queue on disk has time to be read, and what waits has time to be sent.
func TestStartAndStop(t *testing.T) {
	const start, stop = 300, 30 // s; the first as TimeoutStartSec of the unit
	bridges(t, func(name string, _ runtime.Object, pod core.PodSpec, bridge core.Container) {
		if p := bridge.StartupProbe; p.PeriodSeconds*p.FailureThreshold < start {
			t.Errorf("%s: the bridge has %d s to start, want %d", name, p.PeriodSeconds*p.FailureThreshold, start)
		}
		if got := *pod.TerminationGracePeriodSeconds; got < stop {
			t.Errorf("%s: the pod has %d s to stop, want %d", name, got, stop)
		}
	})
}

// TestOneAtATime: two bridges would carry every event twice. And a pod that never gets ready is replaced all the same.
func TestOneAtATime(t *testing.T) {
	bridges(t, func(name string, of runtime.Object, _ core.PodSpec, _ core.Container) {
		switch of := of.(type) {
		case *apps.Deployment:
			if *of.Spec.Replicas != 1 || of.Spec.Strategy.Type != apps.RecreateDeploymentStrategyType {
				t.Errorf("%s: %d replicas, strategy %s, want 1 and Recreate", name, *of.Spec.Replicas, of.Spec.Strategy.Type)
			}
		case *apps.StatefulSet:
			if *of.Spec.Replicas != 1 || of.Spec.PodManagementPolicy != apps.ParallelPodManagement {
				t.Errorf("%s: %d replicas, pod management %q, want 1 and Parallel: OrderedReady waits for ever for a pod that is not ready",
					name, *of.Spec.Replicas, of.Spec.PodManagementPolicy)
			}
		}
	})
}

// TestMemory: garbage is collected before the kernel ends the bridge.
func TestMemory(t *testing.T) {
	bridges(t, func(name string, _ runtime.Object, _ core.PodSpec, bridge core.Container) {
		at := slices.IndexFunc(bridge.Env, func(e core.EnvVar) bool { return e.Name == "GOMEMLIMIT" })
		if at < 0 {
			t.Fatalf("%s: the bridge has no GOMEMLIMIT", name)
		}
		// Kubernetes writes Mi for what Go calls MiB.
		soft, hard := resource.MustParse(strings.TrimSuffix(bridge.Env[at].Value, "B")), bridge.Resources.Limits.Memory()
		if part := float64(soft.Value()) / float64(hard.Value()); part < 0.8 || part > 0.95 {
			t.Errorf("%s: GOMEMLIMIT %s is %.2f of the limit %s, want 0.8 to 0.95", name, bridge.Env[at].Value, part, hard)
		}
	})
}

// TestMounts: a file that is mounted with subPath never changes again.
func TestMounts(t *testing.T) {
	bridges(t, func(name string, _ runtime.Object, _ core.PodSpec, bridge core.Container) {
		for _, m := range bridge.VolumeMounts {
			if m.SubPath != "" || m.SubPathExpr != "" {
				t.Errorf("%s: %s is mounted with a subPath, want the folder", name, m.MountPath)
			}
		}
	})
}

// TestPolicyPorts: not every network knows the names of the ports of a sidecar.
func TestPolicyPorts(t *testing.T) {
	for name, path := range overlays(t) {
		for _, o := range build(t, path) {
			policy, ok := o.(*networking.NetworkPolicy)
			if !ok {
				continue
			}
			var ports []networking.NetworkPolicyPort
			for _, rule := range policy.Spec.Ingress {
				ports = append(ports, rule.Ports...)
			}
			for _, rule := range policy.Spec.Egress {
				ports = append(ports, rule.Ports...)
			}
			if len(ports) != 4 {
				t.Errorf("%s: %d ports in the policy, want 4: admin, two of name servers, link", name, len(ports))
			}
			for _, p := range ports {
				if p.Port.Type != intstr.Int {
					t.Errorf("%s: port %s in the policy, want a number", name, p.Port.StrVal)
				}
			}
		}
	}
}

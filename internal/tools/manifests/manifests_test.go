// Package manifests holds the deployment files against the types of those who read them: Kubernetes, the Prometheus operator and Compose.
// It is a module of its own, so that their libraries are not among those of the bridge.
package manifests

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

const folder = "../../../deploy/kubernetes"

// overlays are the folders that are built: those of the repository, and one that users would write, with all components.
func overlays(t *testing.T) map[string]string {
	t.Helper()
	all := t.TempDir()
	if err := os.CopyFS(all, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(all, "all", "kustomization.yaml"), `resources: [../base]
components: [../monitoring, ../statefulset]
images: [{name: tcpiplink-bridge, newTag: 1.0.0}]
configMapGenerator: [{name: tcpiplink-bridge, behavior: replace, files: [bridge.hcl]}]
secretGenerator: [{name: tcpiplink-bridge, behavior: replace, files: [daemon.password, hub.password]}]
`)
	write(t, filepath.Join(all, "all", "bridge.hcl"), "bridge {}\n")
	write(t, filepath.Join(all, "all", "daemon.password"), "one")
	write(t, filepath.Join(all, "all", "hub.password"), "two")
	write(t, filepath.Join(all, "monitored", "kustomization.yaml"), "resources: [../base]\ncomponents: [../monitoring]\n")
	return map[string]string{
		"base": filepath.Join(folder, "base"), "example": filepath.Join(folder, "example"),
		"all": filepath.Join(all, "all"), "monitored": filepath.Join(all, "monitored"),
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// build is what kubectl apply -k would send, decoded strictly: an unknown or doubled field is an error.
func build(t *testing.T, path string) []runtime.Object {
	t.Helper()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := built.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	objects, err := decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func decode(text []byte) ([]runtime.Object, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{apps.AddToScheme, core.AddToScheme, networking.AddToScheme, monitoring.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	strict := json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, json.SerializerOptions{Yaml: true, Strict: true})
	var objects []runtime.Object
	reader := yaml.NewDocumentDecoder(io.NopCloser(bytes.NewReader(text)))
	for buf := make([]byte, 1<<20); ; {
		n, err := reader.Read(buf)
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, err
		}
		object, kind, err := strict.Decode(buf[:n], nil, nil)
		if err != nil {
			return nil, fmt.Errorf("%v: %w", kind, err)
		}
		objects = append(objects, object)
	}
}

func TestDecodeIsStrict(t *testing.T) {
	for name, text := range map[string]string{
		"unknown field": "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: 1}\n",
		"doubled field": "apiVersion: v1\nkind: Service\nmetadata: {name: a, name: b}\n",
		"wrong type":    "apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: many}\n",
		"unknown kind":  "apiVersion: v1\nkind: Servise\n",
	} {
		if got, err := decode([]byte(text)); err == nil {
			t.Errorf("%s: decode = %v, nil, want an error", name, got)
		}
	}
}

// templates are the pods that objects make, by the names of the objects.
func templates(objects []runtime.Object) map[string]core.PodTemplateSpec {
	pods := make(map[string]core.PodTemplateSpec)
	for _, o := range objects {
		switch o := o.(type) {
		case *apps.Deployment:
			pods["Deployment "+o.Name] = o.Spec.Template
		case *apps.StatefulSet:
			template := o.Spec.Template
			for _, claim := range o.Spec.VolumeClaimTemplates {
				template.Spec.Volumes = append(template.Spec.Volumes, core.Volume{
					Name:         claim.Name,
					VolumeSource: core.VolumeSource{PersistentVolumeClaim: &core.PersistentVolumeClaimVolumeSource{ClaimName: claim.Name}},
				})
			}
			pods["StatefulSet "+o.Name] = template
		}
	}
	return pods
}

func TestKinds(t *testing.T) {
	want := map[string]string{
		"base":      "ConfigMap Deployment NetworkPolicy Secret",
		"monitored": "ConfigMap Deployment NetworkPolicy PodMonitor PrometheusRule Secret",
		"all":       "ConfigMap NetworkPolicy PodMonitor PrometheusRule Secret Service StatefulSet",
		"example":   "ConfigMap Deployment Namespace NetworkPolicy Secret Service Service StatefulSet",
	}
	for name, path := range overlays(t) {
		var kinds []string
		for _, o := range build(t, path) {
			kinds = append(kinds, o.GetObjectKind().GroupVersionKind().Kind)
		}
		slices.Sort(kinds)
		if got := strings.Join(kinds, " "); got != want[name] {
			t.Errorf("%s has %s, want %s", name, got, want[name])
		}
	}
}

// TestPodsAreRestricted asks what a namespace that enforces the restricted profile asks.
func TestPodsAreRestricted(t *testing.T) {
	checks, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for name, path := range overlays(t) {
		pods := templates(build(t, path))
		if len(pods) == 0 {
			t.Errorf("%s has no pods", name)
		}
		for of, pod := range pods {
			for _, result := range checks.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec) {
				if !result.Allowed {
					t.Errorf("%s, %s: %s: %s, want it allowed", name, of, result.ForbiddenReason, result.ForbiddenDetail)
				}
			}
			for _, c := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
				if c.SecurityContext.ReadOnlyRootFilesystem == nil || !*c.SecurityContext.ReadOnlyRootFilesystem {
					t.Errorf("%s, %s: %s can write to its root", name, of, c.Name)
				}
			}
		}
	}
}

// TestReferences follows the names from one part of a pod to another, and from the selectors to the labels.
func TestReferences(t *testing.T) {
	for name, path := range overlays(t) {
		objects := build(t, path)
		named := make(map[string]bool)
		for _, o := range objects {
			switch o := o.(type) {
			case *core.ConfigMap:
				named["ConfigMap "+o.Name] = true
			case *core.Secret:
				named["Secret "+o.Name] = true
			}
		}
		for of, pod := range templates(objects) {
			volumes := make(map[string]bool)
			for _, v := range pod.Spec.Volumes {
				volumes[v.Name] = true
				if v.ConfigMap != nil && !named["ConfigMap "+v.ConfigMap.Name] {
					t.Errorf("%s, %s: there is no ConfigMap %s", name, of, v.ConfigMap.Name)
				}
				if v.Secret != nil && (!named["Secret "+v.Secret.SecretName] || *v.Secret.DefaultMode != 0o400) {
					t.Errorf("%s, %s: Secret %s with mode %o, want one that exists, with 400", name, of, v.Secret.SecretName, *v.Secret.DefaultMode)
				}
			}
			for _, c := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
				for _, m := range c.VolumeMounts {
					if !volumes[m.Name] {
						t.Errorf("%s, %s: %s mounts %s, of which there is no volume", name, of, c.Name, m.Name)
					}
				}
				for _, p := range []*core.Probe{c.StartupProbe, c.LivenessProbe, c.ReadinessProbe} {
					if p != nil && !slices.ContainsFunc(c.Ports, func(at core.ContainerPort) bool { return at.Name == p.HTTPGet.Port.StrVal }) {
						t.Errorf("%s, %s: %s is probed at port %v, which it has not", name, of, c.Name, p.HTTPGet.Port)
					}
				}
			}
		}
		checkSelectors(t, name, objects)
	}
}

func checkSelectors(t *testing.T, name string, objects []runtime.Object) {
	t.Helper()
	pods := templates(objects)
	selects := func(of string, selector map[string]string) {
		for _, pod := range pods {
			all := len(selector) > 0
			for key, value := range selector {
				all = all && pod.Labels[key] == value
			}
			if all {
				return
			}
		}
		t.Errorf("%s: %s selects %v, which no pod is", name, of, selector)
	}
	for _, o := range objects {
		switch o := o.(type) {
		case *apps.Deployment:
			selects("Deployment", o.Spec.Selector.MatchLabels)
		case *apps.StatefulSet:
			selects("StatefulSet", o.Spec.Selector.MatchLabels)
		case *core.Service:
			selects("Service", o.Spec.Selector)
		case *networking.NetworkPolicy:
			selects("NetworkPolicy", o.Spec.PodSelector.MatchLabels)
		case *monitoring.PodMonitor:
			selects("PodMonitor", o.Spec.Selector.MatchLabels)
		}
	}
}

// TestSidecar looks at what makes the bridge a native sidecar, and at its volume.
func TestSidecar(t *testing.T) {
	for name, path := range overlays(t) {
		for of, pod := range templates(build(t, path)) {
			if strings.HasSuffix(of, " hub") {
				continue
			}
			bridge := pod.Spec.InitContainers[0]
			if bridge.RestartPolicy == nil || *bridge.RestartPolicy != core.ContainerRestartPolicyAlways {
				t.Errorf("%s, %s: restartPolicy of %s = %v, want Always", name, of, bridge.Name, bridge.RestartPolicy)
			}
			keeps := slices.ContainsFunc(bridge.VolumeMounts, func(m core.VolumeMount) bool { return m.MountPath == "/var/lib/tcpiplink-bridge" })
			if want := strings.HasPrefix(of, "StatefulSet"); keeps != want {
				t.Errorf("%s, %s: has a volume for the state: %v, want %v", name, of, keeps, want)
			}
			if got, want := bridge.Image, "tcpiplink-bridge"; name != "all" && got != want {
				t.Errorf("%s, %s: image = %s, want %s", name, of, got, want)
			}
			if got, want := bridge.Image, "tcpiplink-bridge:1.0.0"; name == "all" && got != want {
				t.Errorf("%s, %s: image = %s, want %s", name, of, got, want)
			}
		}
	}
}

// TestConfigurations has the bridge itself check what the ConfigMaps hold, with the secrets where the pods have them.
func TestConfigurations(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "tcpiplink-bridge")
	compile := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/tcpiplink-bridge")
	compile.Dir = "../../.."
	if said, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for name, path := range overlays(t) {
		dir := t.TempDir()
		var configuration string
		for _, o := range build(t, path) {
			switch o := o.(type) {
			case *core.ConfigMap:
				configuration = o.Data["bridge.hcl"]
			case *core.Secret:
				for file, text := range o.Data {
					write(t, filepath.Join(dir, file), string(text))
				}
			}
		}
		file := filepath.Join(dir, "bridge.hcl")
		write(t, file, strings.ReplaceAll(configuration, "/run/secrets/tcpiplink-bridge", dir))
		if said, err := exec.CommandContext(t.Context(), binary, "validate", "--config", file).CombinedOutput(); err != nil {
			t.Errorf("%s: validate: %v\n%s", name, err, said)
		}
	}
}

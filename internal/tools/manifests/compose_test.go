package manifests

import (
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
)

// TestCompose loads the compose file as Docker does, with its schema and its references.
func TestCompose(t *testing.T) {
	options, err := cli.NewProjectOptions([]string{"../../../deploy/compose.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(project.Services), 3; got != want {
		t.Errorf("%d services, want %d", got, want)
	}
	for name, service := range project.Services {
		if !service.ReadOnly || len(service.CapDrop) != 1 || service.CapDrop[0] != "ALL" {
			t.Errorf("%s: read_only %v, cap_drop %v, want true and ALL", name, service.ReadOnly, service.CapDrop)
		}
		for _, secret := range service.Secrets {
			if _, ok := project.Secrets[secret.Source]; !ok {
				t.Errorf("%s: there is no secret %s", name, secret.Source)
			}
		}
		for _, c := range service.Configs {
			if _, ok := project.Configs[c.Source]; !ok {
				t.Errorf("%s: there is no config %s", name, c.Source)
			}
		}
	}
}

package expr

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/tcpiplink/tcpiplink-bridge/config/internal/wording"
)

// credentialsDir is the environment variable that systemd sets to the folder with what LoadCredential names.
const credentialsDir = "CREDENTIALS_DIRECTORY"

// secretDirs returns where containers have their secrets.
func secretDirs() []string { return []string{"/run/secrets"} }

// credentialFunction reads a secret that the system hands over, by its name.
func credentialFunction(o Surroundings) func(string) (string, error) {
	dirs := o.SecretDirs
	if dirs == nil {
		dirs = secretDirs()
	}
	places := make([]string, len(dirs))
	for i, dir := range dirs {
		places[i] = wording.Quote(dir)
	}
	given, _ := o.Env(credentialsDir)
	if given != "" {
		dirs, places = append([]string{given}, dirs...), append([]string{"$" + credentialsDir + " (" + wording.Quote(given) + ")"}, places...)
	} else {
		places = append([]string{"$" + credentialsDir + " (which is not set)"}, places...)
	}
	return func(name string) (string, error) {
		if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\\x00") {
			return "", &CallError{Summary: "Bad name", Detail: `A credential has a plain name without folders, such as "house-password". For another place use file("path").`}
		}
		for _, dir := range dirs {
			text, err := o.ReadFile(filepath.Join(dir, name))
			switch {
			case err == nil:
				return FileText(text), nil
			case errors.Is(err, fs.ErrNotExist):
				continue
			}
			path := filepath.Join(dir, name)
			return "", &CallError{
				Summary: "Unreadable credential", Detail: fmt.Sprintf("Cannot read %s: %s", wording.Quote(path), wording.Unreadable(path, err)),
				OfReader: errors.Is(err, fs.ErrPermission),
			}
		}
		return "", &CallError{
			Summary:  "No credential",
			Detail:   fmt.Sprintf("There is no credential %s in %s. Give it to the service with LoadCredential, or to the container as a secret.%s", wording.Quote(name), wording.Join(places, "and"), nearCredential(name, dirs, o.ListDir)),
			Discreet: "There is no such credential. Its name came from env or file, and is not shown.",
			OfReader: given == "",
		}
	}
}

// nearCredential says which credential there is with a name close to one that does not exist.
func nearCredential(name string, dirs []string, list func(dir string) []string) string {
	if list == nil {
		return ""
	}
	var names []string
	for _, dir := range dirs {
		names = append(names, list(dir)...)
	}
	return wording.DidYouMean(name, names)
}

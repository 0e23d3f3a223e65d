package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/config"
)

// formatter lays out files, and remembers what became of them.
type formatter struct {
	check bool
	diff  bool

	cmd     *cobra.Command
	changed int     // files that are not, or were not, canonical
	wrong   []error // one for each file that was refused
}

func newFmt() *cobra.Command {
	var f formatter
	cmd := &cobra.Command{
		Use:   "fmt [FILE|FOLDER|-]...",
		Short: "Bring configuration files into the canonical form",
		Long: `fmt rewrites HCL files in the canonical form - two blanks for each level, equals signs below each other - and prints the names of
those that it changed. Only space changes: what a file says stays, and so do its comments, blank lines and line ends (LF or CRLF); a
missing line end after the last line is added, a byte order mark removed. A file with syntax errors is refused and left as it is, and
the others are still done.

A folder stands for its *.hcl files, not for those in folders below it or with a name that begins with a dot; without an argument the
current folder is meant. - reads standard input and writes to standard output. Files in JSON are left alone.

With --check or --diff no file is changed. --check prints the names of the files that are not canonical. --diff prints what would change,
in the form that patch takes; it shows lines as they are, a password in them included.

The exit code is 0 if all went well, 1 if --check found a file that is not canonical or a file cannot be written, and 2 if one is wrong
or cannot be read.`,
		Example: `  tcpiplink-bridge fmt /etc/tcpiplink-bridge
  tcpiplink-bridge fmt --check hub.hcl roof.hcl
  tcpiplink-bridge fmt --diff hub.hcl
  tcpiplink-bridge fmt - <draft.hcl >hub.hcl`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			f.cmd = cmd
			return f.run(args)
		},
	}
	cmd.Flags().BoolVar(&f.check, "check", false, "change nothing, and exit with 1 if a file is not canonical")
	cmd.Flags().BoolVar(&f.diff, "diff", false, "change nothing, and print what would change as a unified diff")
	return cmd
}

func (f *formatter) run(args []string) error {
	switch {
	case len(args) == 0:
		args = []string{"."}
	case len(args) == 1 && args[0] == "-":
		if err := f.stream(); err != nil {
			f.wrong = append(f.wrong, err)
		}
		return f.verdict()
	case slices.Contains(args, "-"):
		return &usageError{err: errors.New("- is standard input, and stands alone"), hint: "format the files with a command of their own"}
	}
	seen := map[string]bool{}
	for _, arg := range args {
		paths, err := f.expand(arg)
		if err != nil {
			f.wrong = append(f.wrong, err)
		}
		for _, path := range paths {
			if seen[path] {
				continue
			}
			seen[path] = true
			if err := f.file(path); err != nil {
				f.wrong = append(f.wrong, err)
			}
		}
	}
	return f.verdict()
}

// expand returns the files that an argument stands for.
func (f *formatter) expand(arg string) ([]string, error) {
	paths, err := config.Files(filepath.Clean(arg))
	if err != nil {
		return nil, &usageError{err: err}
	}
	return paths, nil
}

// file formats one file.
func (f *formatter) file(path string) error {
	if strings.HasSuffix(path, ".json") {
		fmt.Fprintf(f.cmd.ErrOrStderr(), "note: %s is JSON, and left alone\n", path)
		return nil
	}
	src, err := readSource(path)
	if err != nil {
		return &usageError{err: err}
	}
	out, err := canonical(path, src)
	if err != nil || bytes.Equal(src, out) {
		return err
	}
	if !f.check && !f.diff {
		if err := replaceFile(path, out); err != nil {
			return fmt.Errorf("%s is left as it is: %w", path, err)
		}
	}
	f.changed++
	return f.show(path, src, out)
}

// stream formats standard input.
func (f *formatter) stream() error {
	const name = "<stdin>"
	src, err := readAll(f.cmd.InOrStdin(), name)
	if err != nil {
		return &usageError{err: err}
	}
	out, err := canonical(name, src)
	switch {
	case err != nil:
		return err
	case !f.check && !f.diff:
		_, err = f.cmd.OutOrStdout().Write(out)
		return err
	case bytes.Equal(src, out):
		return nil
	}
	f.changed++
	return f.show(name, src, out)
}

// show prints the name of a file that is not or was not canonical, or what changes in it.
func (f *formatter) show(name string, src, out []byte) error {
	text := name + "\n"
	if f.diff {
		text = unified(name, string(src), string(out))
	}
	_, err := f.cmd.OutOrStdout().Write([]byte(text))
	return err
}

// verdict makes one error of what is wrong with all files.
func (f *formatter) verdict() error {
	if len(f.wrong) > 0 {
		texts := make([]string, len(f.wrong))
		for i, err := range f.wrong {
			texts[i] = err.Error()
		}
		err := errors.New(strings.Join(texts, "\n\n"))
		if _, ok := errors.AsType[*usageError](errors.Join(f.wrong...)); ok {
			return &usageError{err: err}
		}
		return err
	}
	if f.check && f.changed > 0 {
		return &worldError{
			err:  fmt.Errorf("not in the canonical form: %s", count(f.changed, "file")),
			hint: "the same command without --check and --diff formats",
		}
	}
	return nil
}

// canonical formats src; its error is one of usage if src is wrong.
func canonical(name string, src []byte) ([]byte, error) {
	out, err := config.Format(name, src)
	if _, ok := errors.AsType[*config.Error](err); ok {
		return nil, &usageError{err: fmt.Errorf("%s is not valid, and left as it is\n\n%w", name, err)}
	}
	return out, err
}

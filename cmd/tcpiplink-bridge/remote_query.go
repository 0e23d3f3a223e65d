package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/remote"
	"github.com/tcpiplink/tcpiplink-bridge/vscp"
)

// queryCommands ask, and change nothing.
func (r *remoteRun) queryCommands() []*cobra.Command {
	return []*cobra.Command{
		r.query("noop", "NOOP: be answered, and nothing else", loginSpared, (*remoteSession).noop),
		r.query("vers", "VERS: the version of the server", loginSpared, (*remoteSession).vers),
		r.query("wcyd", "WCYD: what the server can do, bit by bit", loginSpared, (*remoteSession).wcyd),
		r.query("chid", "CHID: the number of this connection", loginNeeded, (*remoteSession).chid),
		r.query("ggid", "GGID: the GUID of this connection's interface", loginNeeded, (*remoteSession).ggid),
		r.query("stat", "STAT: the counters of this connection", loginNeeded, (*remoteSession).stat),
		r.query("info", "INFO: the status and the last error of this connection", loginNeeded, (*remoteSession).info),
		r.query("cdta", "CDTA: how many events wait for this connection", loginNeeded, (*remoteSession).cdta),
		r.query("interface", "INTERFACE LIST: the connections and drivers of the server", loginNeeded, (*remoteSession).interfaces),
		r.challengeCommand(),
	}
}

func (r *remoteRun) query(use, short string, login loginMode, do func(*remoteSession, context.Context) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: r.actionAs(login, func(ctx context.Context, s *remoteSession, _ []string) error { return do(s, ctx) }),
	}
}

// done is the JSON form of a command that has nothing to tell but that it was done.
type done struct {
	OK bool `json:"ok"`
}

func (s *remoteSession) noop(ctx context.Context) error {
	if err := s.Noop(ctx); err != nil {
		return err
	}
	return s.show(done{true}, "ok")
}

func (s *remoteSession) vers(ctx context.Context) error {
	v, err := s.Version(ctx)
	if err != nil {
		return err
	}
	return s.show(struct {
		Major   int    `json:"major"`
		Minor   int    `json:"minor"`
		Release int    `json:"release"`
		Build   string `json:"build"`
	}{v.Major, v.Minor, v.Release, v.Build}, v.String())
}

func (s *remoteSession) wcyd(ctx context.Context) error {
	caps, _, err := s.Capabilities(ctx)
	if err != nil {
		return err
	}
	type bit struct {
		Bit  int    `json:"bit"`
		Name string `json:"name"`
	}
	bits := []bit{}
	var rows [][]string
	for n := 63; n >= 0; n-- {
		if caps>>n&1 == 0 {
			continue
		}
		name := strings.Join((vscp.Capabilities(1) << n).Names(), " ")
		bits = append(bits, bit{n, name})
		rows = append(rows, []string{"bit " + strconv.Itoa(n), name})
	}
	value := fmt.Sprintf("0x%016x", uint64(caps))
	return s.show(struct {
		Value string `json:"value"`
		Bits  []bit  `json:"bits"`
	}{value, bits}, append([]string{value}, table(rows...)...)...)
}

func (s *remoteSession) chid(ctx context.Context) error {
	id, err := s.ChannelID(ctx)
	if err != nil {
		return err
	}
	return s.show(struct {
		ChannelID uint32 `json:"channel_id"`
	}{id}, strconv.FormatUint(uint64(id), 10))
}

// guidValue is the JSON form of a GUID that was asked for.
type guidValue struct {
	GUID vscp.GUID `json:"guid"`
}

func (s *remoteSession) ggid(ctx context.Context) error {
	guid, err := s.GUID(ctx)
	if err != nil {
		return err
	}
	return s.show(guidValue{guid}, guid.String())
}

func (s *remoteSession) stat(ctx context.Context) error {
	v, err := s.Statistics(ctx)
	if err != nil {
		return err
	}
	number := func(name string, n uint64) []string { return []string{name, strconv.FormatUint(n, 10)} }
	return s.show(struct {
		BusOff         uint64 `json:"bus_off"`
		BusWarnings    uint64 `json:"bus_warnings"`
		Overruns       uint64 `json:"overruns"`
		ReceivedBytes  uint64 `json:"received_bytes"`
		ReceivedEvents uint64 `json:"received_events"`
		SentBytes      uint64 `json:"sent_bytes"`
		SentEvents     uint64 `json:"sent_events"`
	}(v), table(
		number("bus off", v.BusOff), number("bus warnings", v.BusWarnings), number("overruns", v.Overruns),
		number("received bytes", v.ReceivedBytes), number("received events", v.ReceivedEvents),
		number("sent bytes", v.SentBytes), number("sent events", v.SentEvents),
	)...)
}

func (s *remoteSession) info(ctx context.Context) error {
	v, err := s.Info(ctx)
	if err != nil {
		return err
	}
	number := func(name string, n uint32) []string { return []string{name, strconv.FormatUint(uint64(n), 10)} }
	return s.show(struct {
		Status       uint32 `json:"status"`
		LastError    uint32 `json:"last_error"`
		LastSubError uint32 `json:"last_sub_error"`
		Text         string `json:"text"`
	}(v), table(
		number("status", v.Status), number("last error", v.LastError), number("last sub-error", v.LastSubError),
		[]string{"text", strconv.Quote(v.Text)},
	)...)
}

func (s *remoteSession) cdta(ctx context.Context) error {
	n, err := s.DataCount(ctx)
	if err != nil {
		return err
	}
	return s.show(struct {
		Waiting int `json:"waiting"`
	}{n}, strconv.Itoa(n))
}

func (s *remoteSession) interfaces(ctx context.Context) error {
	list, err := s.Interfaces(ctx)
	if err != nil {
		return err
	}
	type row struct {
		Index   uint32    `json:"index"`
		Type    uint32    `json:"type"`
		GUID    vscp.GUID `json:"guid"`
		Name    string    `json:"name"`
		Started string    `json:"started"`
	}
	rows, cells := []row{}, [][]string{{"INDEX", "TYPE", "GUID", "STARTED", "NAME"}}
	for _, i := range list {
		rows = append(rows, row(i))
		cells = append(cells, []string{
			strconv.FormatUint(uint64(i.Index), 10), strconv.FormatUint(uint64(i.Type), 10), i.GUID.String(), i.Started, i.Name,
		})
	}
	return s.show(rows, table(cells...)...)
}

func (r *remoteRun) challengeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "challenge [TOKEN]",
		Short: "CHALLENGE: a session id, which nothing uses yet",
		Args:  cobra.MaximumNArgs(1),
		RunE: r.actionAs(loginSpared, func(ctx context.Context, s *remoteSession, args []string) error {
			token := ""
			if len(args) > 0 {
				token = args[0]
			}
			sid, err := s.Challenge(ctx, token)
			if err != nil {
				return err
			}
			return s.show(struct {
				SessionID string `json:"session_id"`
			}{sid}, sid)
		}),
	}
}

// errHelpRuns is returned for HELP with a word where the server would run the word.
var errHelpRuns = errors.New("this server may run the command instead of explaining it")

func (r *remoteRun) helpCommand() *cobra.Command {
	yes := false
	cmd := &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "HELP: the server's own help, of all or of one command",
		Long: `help shows the help text of the server.

Microcontroller servers find commands anywhere in the line, and run RETR when asked for help on it: help with a command is sent only to
servers that are known to be another kind, or with --yes.`,
		Args: cobra.MaximumNArgs(1),
		RunE: r.actionAs(loginSpared, func(ctx context.Context, s *remoteSession, args []string) error {
			topic := ""
			if len(args) > 0 {
				topic = args[0]
			}
			if topic != "" && !yes {
				if err := s.explains(ctx); err != nil {
					return err
				}
			}
			lines, err := s.Help(ctx, topic)
			if err != nil {
				return err
			}
			return s.show(struct {
				Lines []string `json:"lines"`
			}{append([]string{}, lines...)}, lines...)
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "ask for help on a command whatever the server is")
	return cmd
}

// explains returns an error unless the server is known to explain a command when it is asked for help on it.
func (s *remoteSession) explains(ctx context.Context) error {
	p, err := s.profile(ctx)
	if err == nil && (p.Family == remote.FamilyFirmware || p.Family == remote.FamilyUnknown) {
		err = &usageError{err: errHelpRuns, hint: "ask for help without a command; 'help COMMAND --yes' asks all the same"}
	}
	return err
}

package main

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
)

// topEvery is how often the bridge is asked.
const topEvery = time.Second

func newTop() *cobra.Command {
	var server placeFlags
	cmd := &cobra.Command{
		Use:   "top",
		Short: "Show a running bridge live: rates, queues and states of its remotes and routes",
		Long: `top asks a running bridge every second and shows its remotes and the directions of its routes on the whole terminal: events per
second, what waits and for how long, and how each remote is, in a word and a colour. It changes nothing.

RECV/S and SENT/S of a remote are what came from it and what it took. Of a direction RECV/S is what its sources brought, FORW/S what the
destination took, HELD/S what the route filtered or the loop guard suppressed, DROP/S what was dropped.

Keys: q quits; Tab goes to the other table; the arrows, Page Up and Page Down, Home and End move in it; s sorts it by the next column,
S by the one before, r the other way round. Remotes begin with those in trouble, routes as they are configured.

Without a terminal use 'tcpiplink-bridge status'.`,
		Example: `  tcpiplink-bridge top
  tcpiplink-bridge top --config hub.hcl
  tcpiplink-bridge top --admin 192.0.2.7:9599`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			screen, ok := liveScreen(cmd.OutOrStdout())
			if !ok {
				return &usageError{
					err:  errors.New("top needs a terminal that can move its cursor, and a keyboard"),
					hint: "run 'tcpiplink-bridge status', or 'status --json' in a script",
				}
			}
			client, err := server.reader()
			if err != nil {
				return err
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return top(ctx, screen, client, cmd.ErrOrStderr())
		},
	}
	server.register(cmd.Flags())
	return cmd
}

// top shows the bridge until a key ends it, or ctx does. The terminal is as it was when it returns.
func top(ctx context.Context, screen *os.File, client adminClient, notes io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ask := func() tea.Msg {
		var s api.Status
		_, err := client.ask(ctx, api.StatusPath, "status", &s, &s.API)
		return topAnswer{at: time.Now(), status: &s, err: err}
	}
	first, _ := ask().(topAnswer)
	if first.err != nil {
		return first.err
	}
	client.at.tell(notes, first.status.Config.Loaded)
	m := topModel{ask: ask, tables: newTopTables(), theme: colours()}
	m.tables.take(first)
	p := tea.NewProgram(m, tea.WithOutput(screen), tea.WithInput(os.Stdin), tea.WithoutSignalHandler())
	quitting := make(chan struct{})
	go func() {
		defer close(quitting)
		<-ctx.Done()
		p.Quit()
	}()
	_, err := p.Run()
	cancel()
	<-quitting
	return err
}

// topAnswer is what the bridge said.
type topAnswer struct {
	at     time.Time
	status *api.Status
	err    error
}

// topModel shows the newest answer until a key.
type topModel struct {
	ask           tea.Cmd
	tables        *topTables
	width, height int
	theme         theme
}

// topTick says that it is time to ask.
type topTick struct{}

func nextTop() tea.Cmd { return tea.Tick(topEvery, func(time.Time) tea.Msg { return topTick{} }) }

// Init implements tea.Model.
func (m topModel) Init() tea.Cmd { return nextTop() }

// Update implements tea.Model.
func (m topModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case topTick:
		return m, m.ask
	case topAnswer:
		m.tables.take(msg)
		return m, nextTop()
	case tea.KeyPressMsg:
		switch key := msg.String(); key {
		case "q", "Q", "esc", "ctrl+c":
			return m, tea.Quit
		default:
			m.tables.key(key)
		}
	}
	return m, nil
}

// View implements tea.Model.
func (m topModel) View() tea.View {
	v := tea.NewView(m.tables.render(m.width, m.height, m.theme))
	v.AltScreen = true
	return v
}

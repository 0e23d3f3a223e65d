package main

import (
	"context"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
)

const refresh = 200 * time.Millisecond

// liveModel shows snapshots until a key, or the end of the demo.
type liveModel struct {
	meter         *meter
	snapshot      snapshot
	width, height int
	theme         theme
}

// tickMsg says that it is time for the next snapshot.
type tickMsg time.Time

func nextTick() tea.Cmd {
	return tea.Tick(refresh, func(t time.Time) tea.Msg { return tickMsg(t) })
}

// Init implements tea.Model.
func (m liveModel) Init() tea.Cmd { return nextTick() }

// Update implements tea.Model.
func (m liveModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		switch msg.String() {
		case "q", "Q", "esc", "ctrl+c":
			return m, tea.Quit
		}
	case tickMsg:
		m.snapshot = m.meter.read(time.Time(msg))
		if m.snapshot.length > 0 && m.snapshot.elapsed >= m.snapshot.length {
			return m, tea.Quit
		}
		return m, nextTick()
	}
	return m, nil
}

// View implements tea.Model.
func (m liveModel) View() tea.View {
	v := tea.NewView(render(&m.snapshot, m.width, m.height, m.theme))
	v.AltScreen = true
	return v
}

// live shows the demo on a terminal until it is over, a key ends it, or ctx does. The terminal is as it was when it returns.
func live(ctx context.Context, screen *os.File, m *meter) error {
	p := tea.NewProgram(liveModel{meter: m, snapshot: m.read(time.Now()), theme: colours()},
		tea.WithOutput(screen), tea.WithInput(os.Stdin), tea.WithoutSignalHandler())
	shown, cancel := context.WithCancel(ctx)
	defer cancel()
	quitting := make(chan struct{})
	go func() {
		defer close(quitting)
		select {
		case <-shown.Done():
		case <-m.world.broken:
		}
		p.Quit()
	}()
	_, err := p.Run()
	cancel()
	<-quitting
	return err
}

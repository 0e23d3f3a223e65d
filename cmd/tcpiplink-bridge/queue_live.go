package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/tcpiplink/tcpiplink-bridge/internal/admin/api"
	"github.com/tcpiplink/tcpiplink-bridge/queue/store"
)

// liveQueues are the queues of a running bridge.
type liveQueues struct {
	client adminClient
}

// pathOf is where a part of a queue is. Names need no escaping: the configuration allows no sign that does.
func pathOf(name store.Name, part string) string {
	return api.QueuesPath + "/" + name.Route + "/" + name.To + "/" + part
}

func partOf(letters bool) string {
	if letters {
		return "letters"
	}
	return "events"
}

// Queues asks for all queues.
func (l liveQueues) Queues(ctx context.Context, choose choice) (*api.Queues, error) {
	body, err := l.client.get(ctx, api.QueuesPath)
	var refused *refusedError
	if errors.As(err, &refused) && refused.status == http.StatusNotFound {
		return nil, &worldError{err: err, hint: "is the bridge of the same release as this command?"}
	}
	if err != nil {
		return nil, err
	}
	var all api.Queues
	if err := json.Unmarshal(body, &all); err != nil || all.API != api.Version {
		return nil, &worldError{
			err:  fmt.Errorf("what answers at %s does not send queues in version %d of the API", l.client.where(), api.Version),
			hint: "is the bridge of the same release as this command?",
		}
	}
	byName := make(map[store.Name]api.Queue, len(all.Queues))
	names := make([]store.Name, len(all.Queues))
	for i := range all.Queues {
		names[i] = nameOf(&all.Queues[i])
		byName[names[i]] = all.Queues[i]
	}
	chosen, err := choose(names)
	all.Queues = all.Queues[:0]
	for _, name := range chosen {
		all.Queues = append(all.Queues, byName[name])
	}
	return &all, err
}

// Lines has no time limit: a million events take a while.
func (l liveQueues) Lines(ctx context.Context, name store.Name, what queueLines) (io.ReadCloser, error) {
	path := pathOf(name, partOf(what.letters))
	if what.limit > 0 {
		path += "?limit=" + strconv.Itoa(what.limit)
	}
	return l.client.do(ctx, http.MethodGet, path, http.NoBody)
}

// Check has no time limit: the bridge reads all files of the queue before it answers.
func (l liveQueues) Check(ctx context.Context, name store.Name) (*api.Check, error) {
	return answered[api.Check](l.client.do(ctx, http.MethodGet, pathOf(name, "check"), http.NoBody))
}

// Put sends the lines as they are: the bridge reads them.
func (l liveQueues) Put(ctx context.Context, name store.Name, in io.Reader) (api.Taken, error) {
	return value(answered[api.Taken](l.client.do(ctx, http.MethodPost, pathOf(name, "events"), in)))
}

// Retry asks the bridge to put the dead letters back.
func (l liveQueues) Retry(ctx context.Context, name store.Name) (api.Taken, error) {
	return value(answered[api.Taken](l.client.do(ctx, http.MethodPost, pathOf(name, "letters/retry"), http.NoBody)))
}

// Purge asks the bridge to drop events.
func (l liveQueues) Purge(ctx context.Context, name store.Name, letters bool) (api.Purged, error) {
	return value(answered[api.Purged](l.client.do(ctx, http.MethodDelete, pathOf(name, partOf(letters)), http.NoBody)))
}

// answered reads the document of an answer.
func answered[T any](body io.ReadCloser, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	defer body.Close()
	whole, err := io.ReadAll(io.LimitReader(body, mostAnswered))
	if err != nil {
		return nil, fmt.Errorf("answer of the bridge: %w", err)
	}
	answer := new(T)
	if err := json.NewDecoder(bytes.NewReader(whole)).Decode(answer); err != nil {
		return nil, &worldError{err: fmt.Errorf("answer of the bridge: %w", err), hint: "is the bridge of the same release as this command?"}
	}
	return answer, nil
}

func value[T any](p *T, err error) (T, error) {
	if p == nil {
		return *new(T), err
	}
	return *p, err
}

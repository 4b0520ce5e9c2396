package main

import (
	"context"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/twmb/franz-go/pkg/kgo"
)

// lanes keeps the order of conversations: records of one key are sent one after the other, all others beside them.
type lanes struct {
	mu      sync.Mutex
	waiting map[string][]*kgo.Record
}

// enter says whether the record's turn is now; if not, it is handed to whoever is at work on its key.
func (l *lanes) enter(record *kgo.Record) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := string(record.Key)
	queue, busy := l.waiting[key]
	if busy {
		l.waiting[key] = append(queue, record)
		return false
	}
	l.waiting[key] = nil
	return true
}

// next takes what waits behind the record; nil frees its key.
func (l *lanes) next(record *kgo.Record) *kgo.Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := string(record.Key)
	queue := l.waiting[key]
	if len(queue) == 0 {
		delete(l.waiting, key)
		return nil
	}
	l.waiting[key] = queue[1:]
	return queue[0]
}

// ledger claims commands and keeps what became of them. What comes up together goes to Redis in one pipeline.
type ledger struct {
	redis *redis.Client
	asked chan *operation
}

type operation struct {
	add  func(context.Context, redis.Pipeliner) redis.Cmder
	done chan redis.Cmder
}

const mostTogether = 200

func newLedger(address string, pipelines int) *ledger {
	l := &ledger{
		redis: redis.NewClient(&redis.Options{Addr: address, PoolSize: pipelines}),
		asked: make(chan *operation, 4*mostTogether),
	}
	for range pipelines {
		go l.work()
	}
	return l
}

func (l *ledger) work() {
	ctx := context.Background()
	for first := range l.asked {
		batch := []*operation{first}
		for len(batch) < mostTogether {
			select {
			case more := <-l.asked:
				batch = append(batch, more)
				continue
			default:
			}
			break
		}
		pipe := l.redis.Pipeline()
		results := make([]redis.Cmder, len(batch))
		for i, one := range batch {
			results[i] = one.add(ctx, pipe)
		}
		_, _ = pipe.Exec(ctx)
		for i, one := range batch {
			one.done <- results[i]
		}
	}
}

func (l *ledger) do(add func(context.Context, redis.Pipeliner) redis.Cmder) error {
	one := &operation{add: add, done: make(chan redis.Cmder, 1)}
	l.asked <- one
	return (<-one.done).Err()
}

// claim fails with redis.Nil where the command was claimed before.
func (l *ledger) claim(id string) error {
	return l.do(func(ctx context.Context, pipe redis.Pipeliner) redis.Cmder {
		return pipe.SetArgs(ctx, "bench:"+id, "sending", redis.SetArgs{Mode: "NX", TTL: 24 * time.Hour})
	})
}

func (l *ledger) settle(id, state string) error {
	return l.do(func(ctx context.Context, pipe redis.Pipeliner) redis.Cmder {
		return pipe.Set(ctx, "bench:"+id, state, 24*time.Hour)
	})
}

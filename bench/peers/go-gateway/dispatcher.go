package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/twmb/franz-go/pkg/kgo"
)

type command struct {
	ID      string `json:"id"`
	Tenant  string `json:"tenant"`
	From    string `json:"from"`
	To      string `json:"to"`
	Content struct {
		Text string `json:"text"`
	} `json:"content"`
}

type accepted struct {
	CommandID string          `json:"commandId"`
	Tenant    string          `json:"tenant"`
	From      string          `json:"from"`
	To        string          `json:"to"`
	Response  json.RawMessage `json:"original"`
}

func runDispatcher(s settings) error {
	client, err := newClient(s, kgo.ConsumerGroup(s.prefix+"-go-peer"), kgo.ConsumeTopics(s.prefix+".outbound"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.AutoCommitMarks(), kgo.AutoCommitInterval(time.Second),
		kgo.ProducerLinger(0), kgo.ProducerBatchCompression(kgo.NoCompression()))
	if err != nil {
		return err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: s.inFlight, MaxConnsPerHost: s.inFlight}
	httpClient := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	ctx := context.Background()
	slots := make(chan struct{}, s.inFlight)
	d := &dispatcher{settings: s, kafka: client, http: httpClient}
	if s.checks {
		d.ledger = newLedger(s.redis, 4)
	}
	order := &lanes{waiting: map[string][]*kgo.Record{}}
	for {
		fetches := client.PollRecords(ctx, 4*s.inFlight)
		if err := fetches.Err(); err != nil {
			return err
		}
		// No waiting for the slowest of a poll: the slots alone hold the next ones back.
		fetches.EachRecord(func(record *kgo.Record) {
			if s.checks && !order.enter(record) {
				return
			}
			slots <- struct{}{}
			go func() {
				defer func() { <-slots }()
				for record != nil {
					if err := d.send(ctx, record); err != nil {
						log.Print(err)
					} else {
						client.MarkCommitRecords(record)
					}
					if !s.checks {
						return
					}
					record = order.next(record)
				}
			}()
		})
	}
}

type dispatcher struct {
	settings
	kafka  *kgo.Client
	http   *http.Client
	ledger *ledger
}

func (d *dispatcher) send(ctx context.Context, record *kgo.Record) error {
	var cmd command
	if err := json.Unmarshal(record.Value, &cmd); err != nil {
		return err
	}
	if d.checks {
		if err := d.ledger.claim(cmd.ID); err == redis.Nil {
			return nil
		} else if err != nil {
			return err
		}
	}
	body, err := json.Marshal(map[string]any{
		"scenarioKey": "AAAAAAAAAAAABC63903B684B3E46C5DD869",
		"destinations": []any{map[string]any{
			"messageId": cmd.ID, "to": map[string]any{"phoneNumber": cmd.To}}},
		"whatsApp": map[string]any{"text": cmd.Content.Text},
	})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.provider+"/omni/1/advanced", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "App demo-api-key")
	request.Header.Set("Content-Type", "application/json")
	response, err := d.http.Do(request)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil || response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d: %w", response.StatusCode, err)
	}
	value, err := json.Marshal(accepted{cmd.ID, cmd.Tenant, cmd.From, cmd.To, answer})
	if err != nil {
		return err
	}
	event := &kgo.Record{Topic: d.prefix + ".status", Key: record.Key, Value: value}
	if !d.checks {
		return d.kafka.ProduceSync(ctx, event).FirstErr()
	}
	// As ours: the outcome is kept, told, and marked as told, so that a death between any two of them loses none.
	if err := d.ledger.settle(cmd.ID, "accepted"); err != nil {
		return err
	}
	event.Headers = []kgo.RecordHeader{
		{Key: "ce_specversion", Value: []byte("1.0")}, {Key: "ce_id", Value: []byte("accepted:" + cmd.ID)},
		{Key: "ce_source", Value: []byte("/imchannel/" + cmd.Tenant)},
		{Key: "ce_type", Value: []byte("imchannel.message.accepted.v1")},
		{Key: "ce_subject", Value: []byte(cmd.ID)}, {Key: "content-type", Value: []byte("application/json")},
	}
	if err := d.kafka.ProduceSync(ctx, event).FirstErr(); err != nil {
		return err
	}
	return d.ledger.settle(cmd.ID, "reported")
}

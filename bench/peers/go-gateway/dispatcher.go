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
	for {
		fetches := client.PollRecords(ctx, 4*s.inFlight)
		if err := fetches.Err(); err != nil {
			return err
		}
		// No waiting for the slowest of a poll: the slots alone hold the next ones back.
		fetches.EachRecord(func(record *kgo.Record) {
			slots <- struct{}{}
			go func() {
				defer func() { <-slots }()
				if err := send(ctx, s, client, httpClient, record); err != nil {
					log.Print(err)
					return
				}
				client.MarkCommitRecords(record)
			}()
		})
	}
}

func send(ctx context.Context, s settings, client *kgo.Client, httpClient *http.Client, record *kgo.Record) error {
	var cmd command
	if err := json.Unmarshal(record.Value, &cmd); err != nil {
		return err
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
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.provider+"/omni/1/advanced", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "App demo-api-key")
	request.Header.Set("Content-Type", "application/json")
	response, err := httpClient.Do(request)
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
	return client.ProduceSync(ctx, &kgo.Record{Topic: s.prefix + ".status", Key: record.Key, Value: value}).FirstErr()
}

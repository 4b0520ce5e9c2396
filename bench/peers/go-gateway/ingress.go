package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/twmb/franz-go/pkg/kgo"
)

type result struct {
	From       string `json:"from"`
	To         string `json:"to"`
	MessageID  string `json:"messageId"`
	ReceivedAt string `json:"receivedAt"`
	Contact    struct {
		Name string `json:"name"`
	} `json:"contact"`
	Message struct {
		Type string `json:"type"`
		Text string `json:"text"`
	} `json:"message"`
}

type event struct {
	Tenant     string          `json:"tenant"`
	Channel    string          `json:"channel"`
	MessageID  string          `json:"messageId"`
	From       string          `json:"from"`
	To         string          `json:"to"`
	ReceivedAt string          `json:"receivedAt"`
	Contact    any             `json:"contact"`
	Content    any             `json:"content"`
	Original   json.RawMessage `json:"original"`
}

type content struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type ingress struct {
	settings
	kafka *kgo.Client
	redis *redis.Client
}

func runIngress(s settings) error {
	client, err := newClient(s, kgo.ProducerLinger(0), kgo.ProducerBatchCompression(kgo.NoCompression()))
	if err != nil {
		return err
	}
	in := &ingress{settings: s, kafka: client}
	if s.checks {
		in.redis = redis.NewClient(&redis.Options{Addr: s.redis, PoolSize: 64})
	}
	return http.ListenAndServe(s.listen, in)
}

func (in *ingress) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	tenant, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if in.checks && !authorised(r) {
		http.Error(w, "unauthorised", http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "cannot read", http.StatusBadRequest)
		return
	}
	records, ids, err := toRecords(tenant, in.prefix+".inbound", body)
	if err != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	if in.checks {
		records, ids, err = in.claim(r.Context(), records, ids)
	}
	if err == nil {
		err = in.publish(r.Context(), records)
	}
	if err == nil && in.checks {
		err = in.stored(r.Context(), ids)
	}
	if err != nil {
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte("{}"))
}

func authorised(r *http.Request) bool {
	user, password, ok := r.BasicAuth()
	return ok && subtle.ConstantTimeCompare([]byte(user), []byte("infobip"))&
		subtle.ConstantTimeCompare([]byte(password), []byte("demo-webhook-password")) == 1
}

func toRecords(tenant, topic string, body []byte) ([]*kgo.Record, []string, error) {
	var envelope struct {
		Results []json.RawMessage `json:"results"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return nil, nil, err
	}
	records := make([]*kgo.Record, 0, len(envelope.Results))
	ids := make([]string, 0, len(envelope.Results))
	for _, raw := range envelope.Results {
		var res result
		if err := json.Unmarshal(raw, &res); err != nil {
			return nil, nil, err
		}
		value, err := json.Marshal(event{tenant, "WHATSAPP", res.MessageID, res.From, res.To, res.ReceivedAt,
			res.Contact, content{"text", res.Message.Text}, raw})
		if err != nil {
			return nil, nil, err
		}
		sum := sha256.Sum256([]byte(tenant + "\x00" + res.MessageID + "\x00" + res.Message.Type))
		id := hex.EncodeToString(sum[:16])
		ids = append(ids, id)
		records = append(records, &kgo.Record{
			Topic: topic, Key: []byte(tenant + ":" + res.To + ":" + res.From), Value: value,
			Headers: []kgo.RecordHeader{
				{Key: "ce_specversion", Value: []byte("1.0")}, {Key: "ce_id", Value: []byte(id)},
				{Key: "ce_source", Value: []byte("/imchannel/" + tenant)},
				{Key: "ce_type", Value: []byte("imchannel.message.received.v1")},
				{Key: "ce_time", Value: []byte(res.ReceivedAt)}, {Key: "ce_subject", Value: []byte(res.MessageID)},
				{Key: "content-type", Value: []byte("application/json")},
			},
		})
	}
	return records, ids, nil
}

// claim leaves only the records that nobody has published yet: one pipelined round trip a webhook.
func (in *ingress) claim(ctx context.Context, records []*kgo.Record, ids []string) ([]*kgo.Record, []string, error) {
	pipe := in.redis.Pipeline()
	claims := make([]*redis.BoolCmd, len(ids))
	for i, id := range ids {
		claims[i] = pipe.SetNX(ctx, "bench:"+id, "p", 10*time.Second)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, nil, err
	}
	fresh, freshIDs := records[:0], ids[:0]
	for i := range claims {
		if claims[i].Val() {
			fresh, freshIDs = append(fresh, records[i]), append(freshIDs, ids[i])
		}
	}
	return fresh, freshIDs, nil
}

func (in *ingress) stored(ctx context.Context, ids []string) error {
	pipe := in.redis.Pipeline()
	for _, id := range ids {
		pipe.Set(ctx, "bench:"+id, "s", 24*time.Hour)
	}
	_, err := pipe.Exec(ctx)
	return err
}

func (in *ingress) publish(ctx context.Context, records []*kgo.Record) error {
	var wait sync.WaitGroup
	var mu sync.Mutex
	var first error
	wait.Add(len(records))
	for _, record := range records {
		in.kafka.Produce(ctx, record, func(_ *kgo.Record, err error) {
			if err != nil {
				mu.Lock()
				if first == nil {
					first = err
				}
				mu.Unlock()
			}
			wait.Done()
		})
	}
	wait.Wait()
	return first
}

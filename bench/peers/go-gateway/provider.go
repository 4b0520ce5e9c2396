package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// runProvider answers /omni/1/advanced as Infobip does, after a latency: whatever is measured, it is not this.
func runProvider(s settings) error {
	var requests, accepted atomic.Int64
	http.HandleFunc("GET /count", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, accepted.Load()) })
	http.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") })
	http.HandleFunc("POST /omni/1/advanced", func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Destinations []struct {
				MessageID string          `json:"messageId"`
				To        json.RawMessage `json:"to"`
			} `json:"destinations"`
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || len(body.Destinations) != 1 {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		// Spread evenly: of a hundred in a row the first so many.
		if requests.Add(1)%100 < s.throttled {
			http.Error(w, `{"requestError":{"serviceException":{"messageId":"TOO_MANY_REQUESTS","text":"Too many requests"}}}`,
				http.StatusTooManyRequests)
			return
		}
		accepted.Add(1)
		time.Sleep(s.latency)
		w.Header().Set("Content-Type", "application/json")
		destination := body.Destinations[0]
		_, _ = fmt.Fprintf(w, `{"messages":[{"to":%s,"status":{"groupId":1,"groupName":"PENDING","id":7,"name":"PENDING_ENROUTE",`+
			`"description":"Message sent to next instance"},"messageId":%q}]}`, destination.To, destination.MessageID)
	})
	return http.ListenAndServe(s.listen, nil)
}

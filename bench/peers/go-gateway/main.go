// A minimal gateway of the same wire work as IMChannel's, as the limit it is measured against:
// net/http and franz-go, no order by conversation, no ledger, no reconciliation. With -checks the
// ingress also does what ours does for each webhook: basic auth, derived ids and Redis dedupe; the
// dispatcher what ours does for each command: order by conversation, claim, outcome, its event.
package main

import (
	"flag"
	"log"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type settings struct {
	listen    string
	brokers   []string
	redis     string
	prefix    string
	provider  string
	inFlight  int
	throttled int64
	latency   time.Duration
	checks    bool
}

func main() {
	var s settings
	var mode, brokers string
	flag.StringVar(&mode, "mode", "ingress", "ingress, dispatcher or provider")
	flag.StringVar(&s.listen, "listen", "127.0.0.1:3901", "address that ingress listens on")
	flag.StringVar(&brokers, "brokers", "127.0.0.1:9092", "Kafka brokers, separated by commas")
	flag.StringVar(&s.redis, "redis", "127.0.0.1:6379", "Redis address, for -checks")
	flag.StringVar(&s.prefix, "prefix", "imchannel", "prefix of topics")
	flag.StringVar(&s.provider, "provider", "http://127.0.0.1:3010", "base URL that dispatcher posts to")
	flag.IntVar(&s.inFlight, "in-flight", 1024, "requests that dispatcher has open at most")
	flag.DurationVar(&s.latency, "latency", 100*time.Millisecond, "after which provider answers")
	flag.Int64Var(&s.throttled, "throttled", 0, "how many of a hundred requests provider answers with 429")
	flag.BoolVar(&s.checks, "checks", false, "auth, ids and Redis dedupe in ingress; order, claim and outcome in dispatcher")
	flag.Parse()
	s.brokers = strings.Split(brokers, ",")

	var err error
	switch mode {
	case "ingress":
		err = runIngress(s)
	case "dispatcher":
		err = runDispatcher(s)
	case "provider":
		err = runProvider(s)
	default:
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func newClient(s settings, more ...kgo.Opt) (*kgo.Client, error) {
	opts := append([]kgo.Opt{
		kgo.SeedBrokers(s.brokers...),
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil)),
		kgo.MaxBufferedRecords(100_000),
	}, more...)
	return kgo.NewClient(opts...)
}

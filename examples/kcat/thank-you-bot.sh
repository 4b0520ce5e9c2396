#!/bin/sh
# A bot of kcat and a shell: thanks for every message, once. The Kafka key names the conversation and the headers the event, so that no JSON
# is to be read. What kcat has read counts as done: a message that was read when this is killed is not answered. Real bots commit afterwards.
set -eu
brokers=${KAFKA_BROKERS:-127.0.0.1:9092}
prefix=${TOPIC_PREFIX:-imchannel}

kcat -q -u -b "$brokers" -G "$prefix.kcat-bot" -X auto.offset.reset=earliest -f '%k %h\n' "$prefix.inbound" |
  while read -r key headers; do
    case ",$headers," in *,ce_type=imchannel.message.received.v1,*) ;; *) continue ;; esac
    event=${headers##*ce_id=}
    event=${event%%,*}
    tenant=${key%%:*}
    numbers=${key#*:}
    # The same event gives the same id, and IMChannel sends an id once.
    printf '{"id":"kcat-bot:%s:1","tenant":"%s","from":"%s","to":"%s","content":{"type":"text","text":"Thank you, says kcat."}}' \
      "$event" "$tenant" "${numbers%%:*}" "${numbers#*:}" |
      kcat -P -b "$brokers" -t "$prefix.outbound" -k "$key" -X partitioner=murmur2_random
  done

import { isEventType, topicOf } from '../events/registry.ts'
import type { ImEvent } from '../events/im-event.ts'
import { topics as topicsOf, type Topics } from '../topics.ts'
import type { EventRecord } from './event-record.ts'

const defaultTopics = topicsOf()
const dataSchemas = new Map<string, string>()

/**
 * Encodes an event as CloudEvents 1.0 in Kafka's binary mode: the data alone is the value, the attributes are headers. The value
 * stays text: the producer writes it into the record, once. `traceparent`
 * is not set here: whoever produces the record injects the span that is current then.
 */
export function encodeEvent(event: ImEvent, topics: Topics = defaultTopics): EventRecord {
  return {
    topic: topicOf(event.type, topics),
    // A lone surrogate is no UTF-8: whoever writes it first must write it as every other client would.
    key: event.key.toWellFormed(),
    value: encodeData(event),
    headers: {
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_source: sourceOf(event.tenant),
      ce_type: event.type,
      ce_time: event.time,
      ...(event.subject === undefined ? {} : { ce_subject: event.subject.toWellFormed() }),
      ce_dataschema: dataSchemaOf(event.type),
      ...windowHeader(event),
      'content-type': 'application/json',
    },
  }
}

/** For consumers that read no JSON. */
function windowHeader({ type, data }: ImEvent): Record<string, string> {
  if (type !== 'imchannel.message.received.v1' && type !== 'imchannel.call.received.v1') return {}
  return data.window === undefined ? {} : { 'imchannel-window-closes': data.window.closesAt }
}

export function sourceOf(tenant: string): string {
  return `/imchannel/${tenant}`
}

/** `imchannel.message.received.v1` → `urn:imchannel:schema:message.received:v1`. */
export function dataSchemaOf(type: string): string {
  const known = dataSchemas.get(type)
  if (known !== undefined) return known
  const match = /^imchannel\.(.+)\.(v\d+)$/.exec(type)
  const name = `urn:imchannel:schema:${match?.[1] ?? type}:${match?.[2] ?? 'v1'}`
  // Types are few; one that somebody made up is not kept.
  if (isEventType(type)) dataSchemas.set(type, name)
  return name
}

/** The event's data as JSON text, its verbatim texts in place. */
export function encodeData({ data, verbatim }: ImEvent): string {
  const json = JSON.stringify(data)
  if (verbatim === undefined) return json
  let members = ''
  for (const name in verbatim) members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${verbatim[name]}`
  if (members === '') return json
  return json === '{}' ? `{${members}}` : `${json.slice(0, -1)},${members}}`
}

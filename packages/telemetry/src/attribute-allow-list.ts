import type { Attributes } from '@opentelemetry/api'

/**
 * What may leave with a span. A list of what may, not of what may not: a body, a number or a key that somebody sets on a
 * span tomorrow stays here. Paths are left out (they hold media ids and tokens), routes and templates are in.
 */
const allowed = [
  'http.request.method',
  'http.request.resend_count',
  'http.request.body.size',
  'http.response.status_code',
  'http.response.body.size',
  'http.route',
  'url.scheme',
  'url.template',
  'server.address',
  'server.port',
  'error.type',
  'exception.type',
  'messaging.system',
  'messaging.operation.name',
  'messaging.operation.type',
  'messaging.destination.name',
  'messaging.destination.partition.id',
  'messaging.consumer.group.name',
  'messaging.client.id',
  'messaging.kafka.offset',
  'messaging.kafka.message.tombstone',
  'messaging.message.id',
  'messaging.message.body.size',
  'messaging.batch.message_count',
  'cloudevents.event_id',
  'cloudevents.event_type',
  'cloudevents.event_source',
  'cloudevents.event_spec_version',
  'db.system.name',
  'db.operation.name',
  'imchannel.tenant',
  'imchannel.account',
  'imchannel.kind',
  'imchannel.outcome',
  'imchannel.code',
  'imchannel.reason',
  'imchannel.attempt',
  'imchannel.command.id',
  'imchannel.message.id',
  'imchannel.media.id',
  'imchannel.results',
  'imchannel.duplicates',
  'imchannel.wait_ms',
  'imchannel.dry_run',
  'imchannel.status.group',
  'imchannel.status.id',
  'imchannel.state',
  'imchannel.api',
] as const

export type AllowedAttribute = (typeof allowed)[number]

const names: ReadonlySet<string> = new Set(allowed)
/** A phone number, alone or with more around it; ids of letters and dashes are none. */
const phoneNumber = /(?<![\w.-])\+?\d{7,15}(?![\w-])/

function isAllowedAttribute(name: string): name is AllowedAttribute {
  return names.has(name)
}

/** Takes out of a finished span's attributes what may not leave. */
export function keepAllowed(attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!isAllowedAttribute(name) || (typeof value === 'string' && phoneNumber.test(value))) delete attributes[name]
  }
}

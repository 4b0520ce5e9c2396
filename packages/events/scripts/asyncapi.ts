import { commandTypes, type CommandType } from '../src/commands/commands.ts'
import { eventRegistry, eventTypes, topicOf, type EventType } from '../src/events/registry.ts'
import { topics as topicsOf } from '../src/topics.ts'
import { goldenEvents, readGolden } from './golden.ts'
import type { JsonSchema } from './json-schemas.ts'

const topics = topicsOf()

const topicTexts: Readonly<Record<string, string>> = {
  [topics.inbound]: 'What customers say.',
  [topics.status]: 'What became of messages sent.',
  [topics.account]: 'The rest that Infobip reports.',
  [topics.unrecognised]: 'What was not understood: raw, with the reason.',
  [topics.outbound]: 'Commands, written by bots.',
}

const headers = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_time', 'content-type'],
  properties: {
    ce_specversion: { const: '1.0' },
    ce_id: { type: 'string', description: 'Derived: the same thing twice has the same id' },
    ce_source: { type: 'string', description: '/imchannel/{tenant}' },
    ce_type: { type: 'string' },
    ce_time: { type: 'string', format: 'date-time', description: 'The provider’s time where it has one' },
    ce_subject: { type: 'string', description: 'The message id or command id' },
    ce_dataschema: { type: 'string' },
    'content-type': { type: 'string' },
    traceparent: { type: 'string', description: 'W3C trace context' },
    'imchannel-part': { type: 'string', description: '1/3: one part of a record that was too large' },
  },
} as const

const commandHeaders = {
  type: 'object',
  properties: {
    ce_id: { type: 'string', description: 'The command’s id, where the value has none' },
    ce_type: { type: 'string', description: 'The command’s type, where the value has none' },
    traceparent: headers.properties.traceparent,
  },
} as const

const key = { type: 'string', description: 'The conversation: {tenant}:{business number}:{customer}' }

/** The AsyncAPI 3 document: topics, keys, headers, schemas and an example of everything. */
export function asyncApi(schemas: ReadonlyMap<string, JsonSchema>, version: string): object {
  const channels = [...new Set([...eventTypes.map((type) => topicOf(type, topics)), topics.outbound])]
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'IMChannel',
      version,
      description:
        'Events that IMChannel publishes and commands that bots write. CloudEvents 1.0 in Kafka’s binary mode; the value is the data as JSON.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: { kafka: { host: '127.0.0.1:9092', protocol: 'kafka', description: 'The Kafka that npm start brings' } },
    channels: Object.fromEntries(channels.map((topic) => [topic, channel(topic)])),
    operations: Object.fromEntries(channels.map((topic) => [operationName(topic), operation(topic)])),
    components: {
      messages: Object.fromEntries([
        ...eventTypes.map((type) => [type, eventMessage(type)]),
        ...commandTypes.map((type) => [type, commandMessage(type)]),
      ]),
      schemas: Object.fromEntries(
        [...schemas].map(([type, { $schema: _dialect, $id: _id, ...schema }]) => [type, schema]),
      ),
    },
  }
}

function channel(topic: string): object {
  const types: readonly string[] =
    topic === topics.outbound ? commandTypes : eventTypes.filter((type) => topicOf(type, topics) === topic)
  return {
    address: topic,
    description: topicTexts[topic],
    messages: Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
    bindings: { kafka: { topic } },
  }
}

function operation(topic: string): object {
  return { action: topic === topics.outbound ? 'receive' : 'send', channel: { $ref: `#/channels/${topic}` } }
}

function operationName(topic: string): string {
  return `${topic === topics.outbound ? 'receive' : 'send'}-${topic.replace('imchannel.', '')}`
}

function eventMessage(type: EventType): object {
  const examples = goldenEvents().filter((one) => one.headers['ce_type'] === type)
  return {
    name: type,
    title: type,
    summary: eventRegistry[type].about,
    headers,
    payload: { $ref: `#/components/schemas/${type}` },
    bindings: { kafka: { key } },
    examples: examples.map((one) => ({ name: one.name, headers: one.headers, payload: one.exact })),
  }
}

function commandMessage(type: CommandType): object {
  const prefix = {
    'imchannel.message.send.v1': 'send.',
    'imchannel.message.read.v1': 'read',
    'imchannel.typing.start.v1': 'typing',
  }[type]
  return {
    name: type,
    title: type,
    headers: commandHeaders,
    payload: { $ref: `#/components/schemas/${type}` },
    bindings: { kafka: { key } },
    examples: readGolden('commands')
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, text }) => ({ name, payload: JSON.parse(text) as unknown })),
  }
}

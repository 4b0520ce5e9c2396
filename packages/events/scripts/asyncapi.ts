import { commandTypes, type CommandType } from '../src/commands/commands.ts'
import { eventRegistry, eventTypes, topicOf, type EventType } from '../src/events/registry.ts'
import { topics as topicsOf } from '../src/topics.ts'
import { goldenEvents, readGolden } from './golden.ts'
import { budgetRecord } from '../src/records/budget-record.ts'
import { templateRecord } from '../src/records/template-record.ts'
import { toJsonSchema, type JsonSchema } from './json-schemas.ts'

const topics = topicsOf()

/** One for each command topic and tenant: `imchannel.outbound.parked.acme`. */
const PARKED = topics.parked('{tenant}')
/** Topics in which commands stand that bots have not written there. */
const copies = [topics.deadletter, PARKED]
/** Compacted: the last record of a key is what is so. */
const states = [topics.templates, topics.budgets]

const topicTexts: Readonly<Record<string, string>> = {
  [topics.inbound]: 'What customers say.',
  [topics.status]: 'What became of messages sent.',
  [topics.account]: 'The rest that Infobip reports.',
  [topics.consent]: 'Who opted out, as it is now: compacted, without an end.',
  [topics.cost]: 'What messages cost, with what each was told from. Of a message the highest revision counts.',
  [topics.unrecognised]: 'What was not understood: raw, with the reason.',
  [topics.audit]: 'Who looked at what without masks, and who had what sent again.',
  [topics.attempts]: 'A diagnosis: requests to Infobip. Some may be missing.',
  [topics.outbound]: 'Commands, written by bots.',
  [topics.deadletter]:
    'Commands that were refused or given up: key, bytes and headers untouched, with the reason in headers.',
  [topics.templates]:
    'Compacted, without an end: each language of each message template, as the account’s list and webhooks tell; a deleted one is a tombstone.',
  [topics.budgets]:
    'Compacted, without an end: what each tenant’s budgets have counted, and what of it may be on its way; the dispatcher’s own.',
  [PARKED]:
    'Commands of an account that is out of service, in order: the dispatcher’s own, to be read and not to be written.',
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
    'imchannel-window-closes': {
      type: 'string',
      format: 'date-time',
      description: 'Of messages and calls that open the customer service window: when it ends',
    },
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
/** Of topics that are compacted: each key's last record counts. */
const keyTexts: Readonly<Record<string, string>> = {
  [topics.consent]:
    '{tenant}:{business number or -}:{customer}:{whatsapp|blocklist|keyword|command}, with /{template} behind it where it is about one; the partition is that of the imchannel.consent.changed event that it was made of',
  [topics.contacts]: '{tenant}:{portfolio or business number}:{name}',
}

/** The AsyncAPI 3 document: topics, keys, headers, schemas and an example of everything. */
export function asyncApi(schemas: ReadonlyMap<string, JsonSchema>, version: string): object {
  const channels = [
    ...new Set([...eventTypes.map((type) => topicOf(type, topics)), topics.outbound, ...copies, ...states]),
  ]
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
        ['dead-letter', deadLetterMessage()],
        ['parked-command', parkedMessage()],
        ['template-record', templateMessage()],
        ['budget-record', budgetMessage()],
      ]),
      schemas: Object.fromEntries(
        [...schemas].map(([type, { $schema: _dialect, $id: _id, ...schema }]) => [type, schema]),
      ),
    },
  }
}

function channel(topic: string): object {
  const types = messagesOf(topic)
  return {
    address: topic,
    ...(topic === PARKED
      ? { parameters: { tenant: { description: 'The tenant whose account is out of service' } } }
      : {}),
    description: topicTexts[topic],
    messages: Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
    bindings: { kafka: topic === PARKED ? {} : { topic } },
  }
}

function messagesOf(topic: string): readonly string[] {
  if (topic === topics.outbound) return commandTypes
  if (topic === topics.deadletter) return ['dead-letter']
  if (topic === PARKED) return ['parked-command']
  if (topic === topics.templates) return ['template-record']
  if (topic === topics.budgets) return ['budget-record']
  return eventTypes.filter((type) => topicOf(type, topics) === topic)
}

function operation(topic: string): object {
  return { action: topic === topics.outbound ? 'receive' : 'send', channel: { $ref: `#/channels/${topic}` } }
}

function operationName(topic: string): string {
  return `${topic === topics.outbound ? 'receive' : 'send'}-${topic.replace('imchannel.', '').replace('.{tenant}', '')}`
}

function eventMessage(type: EventType): object {
  const examples = goldenEvents().filter((one) => one.headers['ce_type'] === type)
  return {
    name: type,
    title: type,
    summary: eventRegistry[type].about,
    headers,
    payload: { $ref: `#/components/schemas/${type}` },
    bindings: { kafka: { key: { ...key, description: keyTexts[topicOf(type, topics)] ?? key.description } } },
    examples: examples.map((one) => ({ name: one.name, headers: one.headers, payload: one.exact })),
  }
}

function commandMessage(type: CommandType): object {
  const prefix = {
    'imchannel.message.send.v1': 'send.',
    'imchannel.message.read.v1': 'read',
    'imchannel.typing.start.v1': 'typing',
    'imchannel.consent.set.v1': 'consent',
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

const sourceHeaders = {
  'imchannel-source-topic': { type: 'string', description: 'Where the command stood' },
  'imchannel-source-partition': { type: 'string' },
  'imchannel-source-offset': { type: 'string' },
} as const

const parkedHeaders = {
  ...sourceHeaders,
  'imchannel-source-timestamp': { type: 'string', description: 'Epoch milliseconds: its age counts from there' },
  'imchannel-parked-format': { type: 'string', description: 'How the copy is to be read' },
} as const

const EXAMPLE_SOURCE = {
  'imchannel-source-topic': topics.outbound,
  'imchannel-source-partition': '3',
  'imchannel-source-offset': '42',
}
const EXAMPLE_PLACE = {
  ...EXAMPLE_SOURCE,
  'imchannel-source-timestamp': '1772445600000',
  'imchannel-parked-format': '1',
}

/** Any bytes: a record that is no command at all ends here as well. */
const anyPayload = { description: 'The command as it was written, byte for byte' }

function deadLetterMessage(): object {
  const properties = {
    ...commandHeaders.properties,
    ...sourceHeaders,
    'imchannel-error-code': { type: 'string', description: 'As in docs/errors.md' },
    'imchannel-error-reason': { type: 'string', description: 'In words' },
    'imchannel-attempts': { type: 'string', description: 'How many requests were made' },
    'imchannel-value-omitted': {
      type: 'string',
      description: 'true: the value did not fit; it is at the source offset',
    },
  }
  const [command] = readGolden('commands').filter(({ name }) => name.startsWith('send.'))
  const said = { 'imchannel-error-code': 'invalid_command', 'imchannel-error-reason': 'content.text: is missing' }
  return {
    name: 'dead-letter',
    title: 'A command that was refused or given up',
    headers: { type: 'object', required: Object.keys({ ...said, ...sourceHeaders }), properties },
    payload: anyPayload,
    bindings: { kafka: { key } },
    examples: [
      {
        name: 'refused',
        headers: { ...said, ...EXAMPLE_SOURCE, 'imchannel-attempts': '0' },
        payload: JSON.parse(command?.text ?? '{}') as unknown,
      },
    ],
  }
}

function parkedMessage(): object {
  const [command] = readGolden('commands').filter(({ name }) => name.startsWith('send.'))
  return {
    name: 'parked-command',
    title: 'A command that waits for its account',
    headers: {
      type: 'object',
      required: Object.keys(parkedHeaders),
      properties: { ...commandHeaders.properties, ...parkedHeaders },
    },
    payload: anyPayload,
    bindings: { kafka: { key } },
    examples: [{ name: 'waiting', headers: EXAMPLE_PLACE, payload: JSON.parse(command?.text ?? '{}') as unknown }],
  }
}

function budgetMessage(): object {
  const open = { 'b7c1f7a4-7f0a-5c0a-9d5d-3f1c2f6f0b11': 1 }
  const counted = { budget: 'sender/day/messages/marketing', scope: '447860099299', period: '2026-12-01' }
  const example = {
    tenant: 'acme',
    at: '2026-12-01T09:00:00.000Z',
    places: { 'imchannel.status:0': 4711, 'imchannel.cost:0': 1200 },
    counts: [{ ...counted, used: 812, settled: 790, open }],
  }
  return {
    name: 'budget-record',
    title: 'What a tenant’s budgets have counted',
    payload: toJsonSchema(budgetRecord),
    bindings: { kafka: { key: { type: 'string', description: 'The tenant' } } },
    examples: [{ payload: example }],
  }
}

function templateMessage(): object {
  const example = {
    tenant: 'acme',
    businessAccountId: '222000000000001',
    id: '1000000000000010',
    name: 'pickup_ready',
    language: 'en_GB',
    status: 'APPROVED',
    category: 'UTILITY',
    quality: 'HIGH',
    structure: { body: { text: 'Hello {{1}}, your parcel is here.', examples: ['Ana'] } },
    asOf: '2026-11-30T09:00:00.000Z',
    source: 'poll',
  }
  return {
    name: 'template-record',
    title: 'A message template in one language, as it is',
    payload: toJsonSchema(templateRecord),
    bindings: {
      kafka: {
        key: { type: 'string', description: 'The template: {tenant}:{WhatsApp business account}:{name}:{language}' },
      },
    },
    examples: [{ name: 'approved', payload: example }],
  }
}

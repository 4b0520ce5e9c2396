/** A rule of the published documents that is not held, and why. */
export interface SetAside {
  /** The last part of the schema's name. */
  schema: string
  rule: string
  why: string
  change(schema: JsonSchema): JsonSchema
}

export interface JsonSchema {
  [keyword: string]: unknown
  $ref?: string
  required?: string[]
  properties?: Record<string, JsonSchema>
  allOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  items?: JsonSchema
  discriminator?: { propertyName: string; mapping: Record<string, string> }
}

const withoutRequired = (schema: JsonSchema): JsonSchema => ({ ...schema, required: [] })

const withoutProperties =
  (...names: string[]) =>
  (schema: JsonSchema): JsonSchema => ({
    ...schema,
    properties: Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => !names.includes(name))),
  })

/** Everything else of the documents is held to, by the emulator's schemas and by what it sends itself. */
export const setAside: readonly SetAside[] = [
  {
    schema: 'WhatsAppData',
    rule: 'omni: `whatsApp` must have both text and mediaTemplateData',
    why: 'they are alternatives: the document’s own examples have one or neither',
    change: withoutRequired,
  },
  {
    schema: 'MediaTemplateHeaderContent',
    rule: 'omni: a template’s header must have every one of its alternatives',
    why: 'a header is a text, a document, an image, a video or a place',
    change: withoutRequired,
  },
  {
    schema: 'OmniAdvancedRequest',
    rule: 'omni: the shapes of line, kakaoChingu, kakaoAlim and vKontakte',
    why: 'the emulator is a WhatsApp phone: these parts of other steps pass unread',
    change: withoutProperties('line', 'kakaoChingu', 'kakaoAlim', 'vKontakte'),
  },
  {
    schema: 'Scenario',
    rule: 'omni: a scenario’s key is an int64',
    why: 'requests and the portal show 32 hexadecimal digits: it is a string',
    change: (schema) => ({ ...schema, properties: { ...schema.properties, key: { type: 'string' } } }),
  },
  {
    schema: 'MessagesApiBaseFailover',
    rule: 'messages: a failover fits exactly one of content and template',
    why: 'content is optional there, so that each template fits both and none could be sent',
    change: ({ oneOf, ...rest }) => ({ ...rest, anyOf: oneOf }),
  },
]

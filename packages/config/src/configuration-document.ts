import { z } from 'zod'
import { environmentOverrides } from './environment-overrides.ts'
import { configSchema } from './schema.ts'

interface Schema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly minimum?: number
  readonly maximum?: number
  /** How a number is written in the file, where that is not digits alone. */
  readonly shown?: 'duration' | 'size'
}

interface Row {
  readonly path: string
  readonly kind: string
  readonly given: string
  readonly about: string
}

const introduction = `# Configuration

Generated from the schema by \`node packages/config/scripts/write-document.ts\`; do not edit.

One YAML file, named by \`IMCHANNEL_CONFIG\` (default \`imchannel.yaml\`). \`\${NAME}\` is replaced from the environment,
\`\${file:/run/secrets/x}\` by a file's text without its last line break, \`$\${\` stands for a literal \`\${\`. Unknown keys,
missing secrets and bad values are refused, all of them at once, each with its path. \`--check-config\` only checks.

A change of the file, or of a file that it names, is taken up within 10 s, whole or not at all. Settings marked
*restart* cannot change while a service runs: a file that changes one is refused with a line that says so.

Durations are milliseconds or a number with \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`; sizes are bytes or a number with \`kB\`, \`MB\`, \`GB\`,
\`KiB\`, \`MiB\` or \`GiB\`. Where a list is expected, its one element is enough.
`

/** `docs/configuration.md`, from the schema that the services read their file with. */
export function configurationDocument(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'output', unrepresentable: 'any', reused: 'inline' }) as Schema // what toJSONSchema gives for an object
  const rows = rowsOf(schema, '', true)
  const overrides = environmentOverrides.map(({ name, path }) => `| \`${name}\` | \`${path.join('.')}\` |`)
  return [
    introduction,
    '## Settings',
    '',
    '| setting | value | unless set | what it does |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ path, kind, given, about }) => `| \`${path}\` | ${kind} | ${given} | ${about} |`),
    '',
    '## Environment variables that win over the file',
    '',
    '| variable | setting |',
    '| --- | --- |',
    ...overrides,
    '',
    'OpenTelemetry reads its own `OTEL_*`: traces are sent when `OTEL_EXPORTER_OTLP_ENDPOINT` is set.',
    '',
  ].join('\n')
}

function rowsOf(schema: Schema, path: string, required: boolean): Row[] {
  const { properties, items, additionalProperties } = schema
  if (properties) {
    const children = Object.entries(properties).flatMap(([key, child]) =>
      rowsOf(child, path === '' ? key : `${path}.${key}`, schema.required?.includes(key) === true),
    )
    return schema.description === undefined || path === '' ? children : [rowOf(schema, path, required), ...children]
  }
  const alternatives = (schema.oneOf ?? schema.anyOf ?? []).filter(({ properties: fields }) => fields !== undefined)
  if (alternatives.length > 0)
    return [rowOf(schema, path, required), ...alternatives.flatMap((one) => alternativeRows(one, path))]
  if (items?.properties)
    return [rowOf(schema, path, required), ...rowsOf(withoutDescription(items), `${path}[]`, false)]
  if (items?.oneOf)
    return [rowOf(schema, path, required), ...items.oneOf.flatMap((one) => alternativeRows(one, `${path}[]`))]
  if (typeof additionalProperties === 'object' && additionalProperties.properties)
    return [rowOf(schema, path, required), ...rowsOf(additionalProperties, `${path}.<name>`, false)]
  return [rowOf(schema, path, required)]
}

function withoutDescription({ description: _description, ...schema }: Schema): Schema {
  return schema
}

/** `webhookAuth[] (basic).username`: fields that one of several forms has. */
function alternativeRows(schema: Schema, path: string): Row[] {
  const [tag] = Object.values(schema.properties ?? {}).flatMap((field) =>
    field.const === undefined ? [] : [field.const],
  )
  const named = tag === undefined ? path : `${path} (${tag})`
  return Object.entries(schema.properties ?? {})
    .filter(([, field]) => field.const === undefined)
    .flatMap(([key, field]) => rowsOf(field, `${named}.${key}`, schema.required?.includes(key) === true))
}

function rowOf(schema: Schema, path: string, required: boolean): Row {
  const about = (schema.description ?? '').replace(/ ?Restart to change\.$/, ' *restart*').trim()
  return { path, kind: kindOf(schema), given: givenOf(schema, required), about: about.replaceAll('|', String.raw`\|`) }
}

function kindOf({ type, enum: values, items, oneOf, anyOf, shown }: Schema): string {
  if (shown) return shown
  if (values) return values.map((value) => `\`${String(value)}\``).join(', ')
  if (type === 'array') return items?.enum ? `list of ${kindOf(items)}` : 'list'
  if (type === 'object' || oneOf) return 'table'
  if (type === 'integer' || type === 'number') return 'number'
  if (anyOf) return 'table or true'
  return type === 'boolean' ? '`true`, `false`' : 'text'
}

function givenOf({ default: value, shown, properties, required: fields }: Schema, required: boolean): string {
  if (value === undefined) {
    // A table is needed where something in it is.
    const isOptional =
      properties !== undefined && (fields ?? []).every((name) => properties[name]?.default !== undefined)
    return required && !isOptional ? '*needed*' : ''
  }
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return ''
  if (typeof value === 'number' && shown) return `\`${unitText(value, shown)}\``
  return `\`${JSON.stringify(value)}\``
}

const units: Readonly<Record<'duration' | 'size', readonly (readonly [factor: number, name: string])[]>> = {
  duration: [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1_000, 's'],
  ],
  size: [
    [1024 ** 3, 'GiB'],
    [1024 ** 2, 'MiB'],
    [1024, 'KiB'],
  ],
}

function unitText(value: number, shown: 'duration' | 'size'): string {
  const [factor, name] = units[shown].find(([size]) => value % size === 0) ?? [1, shown === 'duration' ? 'ms' : 'B']
  return `${value / factor}${name}`
}

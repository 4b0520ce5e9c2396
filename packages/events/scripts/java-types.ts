import { pascal, shapesOf, type Field, type Record, type Shape, type Union } from './shapes.ts'
import type { JsonSchema } from './json-schemas.ts'

export const JAVA_PACKAGE = 'imchannel.events'

/** Words of Java that a field of ours has or might have. */
const RESERVED = new Set([
  'case',
  'class',
  'default',
  'final',
  'import',
  'new',
  'package',
  'public',
  'return',
  'switch',
])

/** A Java 17 record for one event or command, for Jackson. What is written (commands) can be made from what it has to have. */
export function javaClass(name: string, schema: JsonSchema, of: 'events' | 'commands'): string {
  const shapes = shapesOf(name, schema)
  const unions = shapes.filter((one) => one.kind === 'union')
  const nested = shapes
    .filter((one) => one.name !== name)
    .flatMap((one) =>
      one.kind === 'record'
        ? [record(one, of)]
        : [sealed(one), ...one.members.map((member) => record(member, of, one.name))],
    )
  const own = shapes.find((one) => one.name === name)
  if (own?.kind !== 'record') throw new Error(`${name} is no object`)
  const body = record(own, of).replace(/\}$/, `\n${nested.map((text) => indent(text)).join('\n\n')}\n}`)
  const used = (word: string): boolean => new RegExp(`\\b${word}\\b`).test(body)
  const imports = [
    ...(used('JsonProperty') ? ['com.fasterxml.jackson.annotation.JsonProperty'] : []),
    ...(unions.length === 0
      ? []
      : ['com.fasterxml.jackson.annotation.JsonSubTypes', 'com.fasterxml.jackson.annotation.JsonTypeInfo']),
    ...(used('JsonNode') ? ['com.fasterxml.jackson.databind.JsonNode'] : []),
    ...(used('List') ? ['java.util.List'] : []),
    ...(used('Map') ? ['java.util.Map'] : []),
  ]
  return [
    '// Generated from the JSON Schema by `pnpm --filter @imchannel/events generate`.',
    `package ${JAVA_PACKAGE};\n`,
    ...imports.map((one) => `import ${one};`),
    ...(imports.length === 0 ? [] : ['']),
    `/** ${schema.description ?? name} */`,
    `${body}\n`,
  ].join('\n')
}

function sealed({ name, members }: Union): string {
  const subtypes = members.map((one) => `    @JsonSubTypes.Type(name = "${one.tag}", value = ${one.name}.class)`)
  // A kind that a reader does not know must not keep it from the rest.
  const other = members.find(({ tag }) => tag === 'unknown')
  const fallback = other === undefined ? '' : `, defaultImpl = ${other.name}.class`
  return [
    `@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type"${fallback})`,
    `@JsonSubTypes({\n${subtypes.join(',\n')}\n})`,
    `public sealed interface ${name} {}`,
  ].join('\n')
}

function record({ name, fields }: Record, of: 'events' | 'commands', parent?: string): string {
  const components = fields.map(
    (field) =>
      `${field.text === undefined ? '' : `    /** ${field.text} */\n`}    ${RESERVED.has(field.name) ? `@JsonProperty("${field.name}") ` : ''}${component(field)}`,
  )
  const header = `public record ${name}(${components.length === 0 ? '' : `\n${components.join(',\n')}`})`
  const members =
    of === 'commands'
      ? indent(
          [
            shortConstructor(name, fields),
            ...fields.filter((one) => !one.required).map((one) => wither(name, fields, one)),
          ]
            .filter((one) => one !== '')
            .join('\n\n'),
        )
      : ''
  return `${header}${parent === undefined ? '' : ` implements ${parent}`} {${members === '' ? '}' : `\n${members}\n}`}`
}

/** With what it has to have alone. */
function shortConstructor(name: string, fields: readonly Field[]): string {
  const required = fields.filter((one) => one.required)
  if (required.length === fields.length) return ''
  const all = fields.map((one) => (one.required ? nameOf(one) : 'null'))
  return `public ${name}(${required.map(component).join(', ')}) {\n    this(${all.join(', ')});\n}`
}

function wither(name: string, fields: readonly Field[], field: Field): string {
  return `public ${name} with${pascal(field.name)}(${component(field)}) {\n    return new ${name}(${fields.map(nameOf).join(', ')});\n}`
}

function component({ name, shape }: Field): string {
  return `${typeOf(shape)} ${nameOf({ name })}`
}

function nameOf({ name }: Pick<Field, 'name'>): string {
  return RESERVED.has(name) ? `${name}_` : name
}

function typeOf(shape: Shape): string {
  switch (shape.kind) {
    case 'string':
    case 'literal':
      return 'String'
    case 'number':
      return 'Double'
    case 'integer':
      return 'Long'
    case 'boolean':
      return 'Boolean'
    case 'any':
      return 'JsonNode'
    case 'list':
      return `List<${typeOf(shape.of)}>`
    case 'map':
      return `Map<String, ${typeOf(shape.of)}>`
    case 'either':
      return 'Object'
    case 'named':
      return shape.name
  }
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ')
}

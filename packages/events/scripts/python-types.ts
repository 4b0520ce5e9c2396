import { shapesOf, type Field, type Record, type Shape, type Union } from './shapes.ts'
import type { JsonSchema } from './json-schemas.ts'

const KEYWORDS = new Set(['class', 'def', 'from', 'global', 'import', 'in', 'is', 'lambda', 'not', 'pass'])

/** A module of TypedDicts for one event or command: they cost nothing at run time. */
export function pythonModule(type: string, name: string, schema: JsonSchema): string {
  const declarations = shapesOf(name, schema).flatMap((one) => (one.kind === 'record' ? [record(one)] : union(one)))
  const used = ['Any', 'Literal', 'NotRequired', 'TypedDict'].filter((one) =>
    declarations.some((text) => new RegExp(`\\b${one}\\b`).test(text)),
  )
  return [
    `"""${type}: ${schema.description ?? ''}\n\nGenerated from the JSON Schema by \`pnpm --filter @imchannel/events generate\`.\n"""`,
    `from typing import ${used.join(', ')}`,
    ...declarations.map((one) => `\n${one}`),
    '',
  ].join('\n\n')
}

export function pythonFile(name: string): string {
  return name.replaceAll(/(?<=.)([A-Z])/g, '_$1').toLowerCase()
}

function union({ name, members }: Union): string[] {
  return [...members.map(record), `${name} = ${members.map((one) => one.name).join(' | ')}`]
}

function record({ name, fields, tag }: Record): string {
  const lines: (readonly [string, string, string])[] = [
    ...(tag === undefined ? [] : [['type', `Literal[${JSON.stringify(tag)}]`, ''] as const]),
    ...fields.map((field) => [field.name, typeOf(field), comment(field)] as const),
  ]
  if (lines.some(([key]) => KEYWORDS.has(key))) {
    const members = lines.map(([key, type, text]) => `        ${JSON.stringify(key)}: ${type},${text}`)
    return `${name} = TypedDict(\n    ${JSON.stringify(name)},\n    {\n${members.join('\n')}\n    },\n)`
  }
  const members = lines.map(([key, type, text]) => `    ${key}: ${type}${text}`)
  return `class ${name}(TypedDict):\n${members.length === 0 ? '    pass' : members.join('\n')}`
}

function comment({ text }: Field): string {
  return text === undefined ? '' : `  # ${text}`
}

function typeOf({ shape, required }: Field): string {
  return required ? hint(shape) : `NotRequired[${hint(shape)}]`
}

function hint(shape: Shape): string {
  switch (shape.kind) {
    case 'string':
      return 'str'
    case 'number':
      return 'float'
    case 'integer':
      return 'int'
    case 'boolean':
      return 'bool'
    case 'any':
      return 'Any'
    case 'literal':
      return `Literal[${shape.values.map((one) => JSON.stringify(one)).join(', ')}]`
    case 'list':
      return `list[${hint(shape.of)}]`
    case 'map':
      return `dict[str, ${hint(shape.of)}]`
    case 'either':
      return shape.of.map(hint).join(' | ')
    case 'named':
      return shape.name
  }
}

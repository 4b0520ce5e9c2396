import { isDeepStrictEqual } from 'node:util'
import type { ListedTemplate } from '@imchannel/infobip'
import type { DefinitionFile } from './definition.ts'

/** What a push would do with a definition, or what is there and in no file. */
export type Step =
  | { readonly kind: 'create'; readonly name: string; readonly language: string; readonly file: DefinitionFile }
  | { readonly kind: 'same'; readonly name: string; readonly language: string; readonly file: DefinitionFile }
  | {
      readonly kind: 'edit'
      readonly name: string
      readonly language: string
      readonly file: DefinitionFile
      readonly id: string
      readonly status: string | undefined
      /** Where the two differ. */
      readonly paths: readonly string[]
    }
  | {
      readonly kind: 'elsewhere'
      readonly name: string
      readonly language: string
      readonly status: string | undefined
    }

/** Compares definitions in files with those that Infobip lists. Pure. */
export function compareTemplates(files: readonly DefinitionFile[], listed: readonly ListedTemplate[]): Step[] {
  const left = new Map(listed.map((one) => [`${one.name} ${one.language}`, one]))
  const steps = files.map((file): Step => {
    const { name, language, category, structure } = file.definition
    const there = left.get(`${name} ${language}`)
    left.delete(`${name} ${language}`)
    if (there === undefined) return { kind: 'create', name, language, file }
    const paths = [
      ...(category === there.category ? [] : ['category']),
      ...differences(structure, there.listed ?? {}, 'structure'),
    ]
    return paths.length === 0
      ? { kind: 'same', name, language, file }
      : { kind: 'edit', name, language, file, id: there.id, status: there.status, paths }
  })
  return [
    ...steps,
    ...[...left.values()].map(({ name, language, status }): Step => ({ kind: 'elsewhere', name, language, status })),
  ]
}

/** Infobip's own words, and examples, which WhatsApp may keep otherwise than they were given. */
const NOT_COMPARED = new Set(['type', 'example', 'examples'])

/** Where a definition says something else than what is there; what it does not say is not compared, a part of it that is a list is. */
function differences(wanted: unknown, there: unknown, at: string): string[] {
  if (!isObject(wanted) || !isObject(there)) return isDeepStrictEqual(wanted, there) ? [] : [at]
  const names = new Set([...Object.keys(wanted), ...(at === 'structure' ? Object.keys(there) : [])])
  return [...names].flatMap((name) => {
    const isType = name === 'type' && at !== 'structure'
    if (NOT_COMPARED.has(name) && !isType) return []
    const [one, other] = [wanted[name], there[name]]
    if (Array.isArray(one) && Array.isArray(other))
      return one.length === other.length
        ? one.flatMap((each, index) => differences(each, other[index], `${at}.${name}[${index}]`))
        : [`${at}.${name}`]
    if (other === null && one === undefined) return []
    return differences(one, other, `${at}.${name}`)
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

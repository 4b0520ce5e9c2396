import type { JsonSchema } from './json-schemas.ts'

type Node = JsonSchema | boolean | undefined

/**
 * What a later schema takes from those who know an earlier one, by path. Who reads events relies on every field that was there, on its type
 * and on its always being there; who writes commands relies on whatever was accepted being accepted still.
 */
export function schemaBreaks(of: 'events' | 'commands', older: Node, newer: Node, path = ''): string[] {
  if (typeof older !== 'object') return []
  if (typeof newer !== 'object') return [`${path}: is gone`]
  const [before, after] = [new Set(older.required), new Set(newer.required)]
  const lost = [...before].filter((name) => !after.has(name)).map((name) => `${path}.${name}: may be absent now`)
  const demanded = [...after].filter((name) => !before.has(name)).map((name) => `${path}.${name}: is required now`)
  return [
    ...(of === 'events' ? lost : demanded),
    ...(older.type !== undefined && JSON.stringify(older.type) !== JSON.stringify(newer.type)
      ? [`${path}: changes its type`]
      : []),
    ...valueBreaks(of, older, newer, path),
    ...Object.entries(older.properties ?? {}).flatMap(([name, property]) =>
      schemaBreaks(of, property, newer.properties?.[name], `${path}.${name}`),
    ),
    ...branchBreaks(of, older, newer, path),
    ...(typeof older.items === 'object' && !Array.isArray(older.items)
      ? schemaBreaks(of, older.items, newer.items as Node, `${path}[]`)
      : []),
  ]
}

/** Readers meet no new values; writers' values stay allowed. */
function valueBreaks(of: 'events' | 'commands', older: JsonSchema, newer: JsonSchema, path: string): string[] {
  const [before, after] = [values(older), values(newer)]
  if (before === undefined && after === undefined) return []
  const [narrow, wide] = of === 'events' ? [after, before] : [before, after]
  const breaks =
    wide === undefined ? [] : narrow === undefined ? ['any value'] : narrow.filter((one) => !wide.includes(one))
  return breaks.map((one) => `${path}: ${one} is ${of === 'events' ? 'new to readers' : 'no longer accepted'}`)
}

function values({ const: only, enum: several }: JsonSchema): string[] | undefined {
  return (only === undefined ? several : [only])?.map((one) => JSON.stringify(one))
}

/** Alternatives are matched by the kind that they name, else by their place. */
function branchBreaks(of: 'events' | 'commands', older: JsonSchema, newer: JsonSchema, path: string): string[] {
  const [before, after] = [branches(older), branches(newer)]
  if (before.size === 0) return []
  const added = [...after.keys()].filter((name) => of === 'events' && !before.has(name))
  return [
    ...added.map((name) => `${path}(${name}): is new to readers`),
    ...[...before].flatMap(([name, branch]) => schemaBreaks(of, branch, after.get(name), `${path}(${name})`)),
  ]
}

function branches({ oneOf, anyOf }: JsonSchema): Map<string, Node> {
  return new Map((oneOf ?? anyOf ?? []).map((branch, place) => [kindOf(branch) ?? String(place), branch]))
}

function kindOf(branch: Node): string | undefined {
  const kind = typeof branch === 'object' ? branch.properties?.['type'] : undefined
  return typeof kind === 'object' && typeof kind.const === 'string' ? kind.const : undefined
}

import { anyCharacter } from '@imchannel/testkit/any-character'
import * as fc from 'fast-check'
import { BODY_LIMIT } from './settings.ts'

/** Names that are something else than names somewhere on the way. */
const names = ['__proto__', 'constructor', 'toString', 'length', '', '\u0000', '\ud800', 'results', 'message', 'type']

/** Makes values that have broken a program somewhere; a new one each time, since what is put in may be changed by the next edit. */
const values: fc.Arbitrary<() => unknown> = fc.oneof(
  fc
    .constantFrom<unknown>(null, true, '', 0, -0, 1e308, 5e-324, 2 ** 53 + 2, -1, '\u0000', '\ud800', '\udfff\ud800')
    .map((value) => () => value),
  fc.constantFrom(
    () => [],
    () => ({}),
  ),
  fc
    .constantFrom(
      '9'.repeat(400),
      '../'.repeat(40),
      '%00%0d%0a',
      'CC.1',
      '+'.repeat(99),
      '2025-99-99T99:99:99.999+9999',
    )
    .map((value) => () => value),
  fc.integer({ min: 1, max: 1_000 }).map((depth) => () => nested(depth)),
  fc.integer({ min: 1, max: 100_000 }).map((length) => () => 'x'.repeat(length)),
  fc.integer({ min: 1, max: 5_000 }).map((length) => () => Array.from({ length }, () => 0)),
  fc.string({ unit: anyCharacter }).map((text) => () => text),
  fc.jsonValue({ maxDepth: 4 }).map((value) => () => structuredClone(value)),
)

type Edit = (tree: Tree) => void
type Tree = Record<string, unknown>

/** One change at one place of a tree; places are counted in the order of keys. */
const edits: fc.Arbitrary<Edit> = fc
  .record({
    at: fc.nat({ max: 200 }),
    what: fc.constantFrom('set', 'set', 'drop', 'rename', 'repeat'),
    name: fc.constantFrom(...names),
    value: values,
  })
  .map(({ at, what, name, value }) => (tree) => {
    const places = placesOf(tree)
    const place = places[at % Math.max(1, places.length)]
    if (place === undefined) return
    const { parent, key } = place
    if (what === 'drop') delete parent[key]
    else if (what === 'repeat') parent[key] = Array.from({ length: 50 }, () => parent[key])
    else if (what === 'set') put(parent, key, value())
    else {
      put(parent, name, parent[key])
      delete parent[key]
    }
  })

/** Changes of the text: what no tree can hold. */
const textEdits: fc.Arbitrary<(text: string) => string> = fc
  .record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    what: fc.constantFrom('cut', 'insert', 'number', 'twice', 'escape', 'space'),
    piece: fc.oneof(
      fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '\u0000', 'NaN', '//'),
      fc.string({ unit: anyCharacter }),
    ),
  })
  .map(({ at, what, piece }) => (text) => {
    const middle = Math.floor(at * text.length)
    switch (what) {
      case 'cut':
        return text.slice(0, middle)
      case 'insert':
        return text.slice(0, middle) + piece + text.slice(middle)
      case 'number':
        return text.replace(/:\s*-?\d+(\.\d+)?/, ':-1e99999')
      case 'twice':
        return text.replace(/("[^"\\]*":)/, '$1null,$1')
      case 'escape':
        return text.replace(/":"/, String.raw`":"\ud800\u0000\u202e`)
      case 'space':
        return text.replaceAll(',', ',\r\n\t ')
    }
  })

/** JSON of this kind with up to four changes, now and then no JSON any more. */
export function hostileJson(corpus: readonly string[]): fc.Arbitrary<Buffer> {
  return fc
    .tuple(
      fc.constantFrom(...corpus),
      fc.array(edits, { maxLength: 3 }),
      fc.option(textEdits, { freq: 3, nil: undefined }),
    )
    .map(([text, changes, textChange]) => {
      const tree = JSON.parse(text) as Tree // the corpus holds objects
      for (const change of changes) change(tree)
      const changed = changes.length === 0 ? text : JSON.stringify(tree)
      // Repeats of repeats: nothing is learnt from a body that is only large.
      const edited = changed.length > 4 * BODY_LIMIT ? text : changed
      return Buffer.from(textChange === undefined ? edited : textChange(edited))
    })
}

/** As an own property, also where the name is that of the prototype. */
function put(parent: Tree, key: string, value: unknown): void {
  if (Array.isArray(parent) && key === 'length') return
  Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true })
}

function placesOf(tree: Tree): { parent: Tree; key: string }[] {
  return Object.keys(tree).flatMap((key) => {
    const value = tree[key]
    // Arrays have keys as well.
    const inner = typeof value === 'object' && value !== null ? placesOf(value as Tree) : []
    return [{ parent: tree, key }, ...inner]
  })
}

function nested(depth: number): unknown {
  let value: unknown = depth
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { message: value }
  return value
}

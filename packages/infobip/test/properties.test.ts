import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseWebhook, type WebhookResult } from '../src/index.ts'
import { corpus } from './corpus.ts'

function resultsOf(text: string): readonly WebhookResult[] {
  const parsed = parseWebhook(Buffer.from(text))
  if (parsed.outcome !== 'results') throw new Error(`${parsed.outcome}: ${text}`)
  return parsed.results
}

// All that a webhook's JSON is made of, `__proto__` and lone surrogates included.
const anyJson = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary' }),
  fc.array(fc.jsonValue()).map((results) => ({ results })),
  fc.json({ noUnicodeString: false }).map((text): unknown => JSON.parse(text)),
)

describe('for any JSON body', () => {
  test('there are as many results as Infobip sent, or one for a body of another form', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const results = resultsOf(JSON.stringify(value))
        const given = (value as { results?: unknown } | null)?.results
        expect(results).toHaveLength(Array.isArray(given) ? given.length : 1)
      }),
      { numRuns: 500 },
    )
  })

  test('any bytes at all are read or refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        ['empty', 'notJson', 'results'].includes(parseWebhook(bytes).outcome),
      ),
    )
  })
})

// What may change about a valid result without making it another kind.
const knownKinds = corpus.filter(({ name }) => !name.startsWith('unrecognised'))

function decorate(value: unknown, random: () => number, extra: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => decorate(one, random, extra))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, member]) => [name, decorate(member, random, extra)] as const)
  const shuffled = entries.map((entry) => [random(), entry] as const).toSorted(([a], [b]) => a - b)
  return Object.fromEntries([...shuffled.map(([, entry]) => entry), ['aFieldOfTomorrow', extra], ['anotherOne', null]])
}

describe('every golden webhook', () => {
  test.each(knownKinds.map(({ name, body }) => [name, body.toString()] as const))(
    '%s is still its kind with unknown fields, nulls and another order',
    (_name, text) => {
      const [before] = resultsOf(text)
      fc.assert(
        fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), fc.jsonValue(), (stream, extra) => {
          const decorated = decorate(JSON.parse(text), () => Number(stream.next().value), extra)
          const [after] = resultsOf(JSON.stringify(decorated))
          expect(after?.kind).toBe(before?.kind)
          if (before?.kind === 'message' && after?.kind === 'message')
            expect(after.message.type).toBe(before.message.type)
        }),
        { numRuns: 25 },
      )
    },
  )

  test.each(knownKinds.map(({ name, body }) => [name, body.toString()] as const))(
    '%s survives any mutation of a sibling',
    (_name, text) => {
      const [whole] = resultsOf(text)
      if (whole === undefined) throw new Error('the golden webhook is empty')
      const own = whole.text
      const paths = pathsOf(JSON.parse(own))
      fc.assert(
        fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
          const mutated = JSON.stringify(replaceAt(JSON.parse(own), path, value))
          const results = resultsOf(`{"results":[${own},${mutated},${own}]}`)
          expect(results).toHaveLength(3)
          expect(results[0]).toEqual(whole)
          expect(results[2]).toEqual(whole)
        }),
        { numRuns: 50 },
      )
    },
  )
})

type Path = readonly string[]

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]))]
}

function replaceAt(value: unknown, [name, ...rest]: Path, replacement: unknown): unknown {
  if (name === undefined) return replacement
  if (Array.isArray(value))
    return value.map((one, at) => (String(at) === name ? replaceAt(one, rest, replacement) : one))
  const members = Object.entries(value as object)
  return Object.fromEntries(
    members.map(([key, member]) => [key, key === name ? replaceAt(member, rest, replacement) : member]),
  )
}

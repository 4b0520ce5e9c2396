import { expect, test } from 'vitest'
import { openApiDocument } from './openapi.ts'
import { operations } from './operations.ts'

const document = openApiDocument() as {
  paths: Record<string, Record<string, { operationId: string }>>
  components: { schemas: Record<string, unknown> }
}

test('describes every operation and the stream, each under a name of its own', () => {
  const described = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  )
  expect(described.toSorted()).toEqual([...Object.keys(operations), 'live'].toSorted())
})

test('refers to no schema that it does not have', () => {
  const text = JSON.stringify(document)
  const named = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((name) => !(name in document.components.schemas))).toEqual([])
})

test('has no number in an address: what is searched for is posted', () => {
  const parameters = [...JSON.stringify(document.paths).matchAll(/"name":"(\w+)","in":"(?:path|query)"/g)].map(
    ([, name]) => name,
  )
  expect([...new Set(parameters)].join(' ').split(' ').toSorted()).toEqual([
    'before',
    'code',
    'id',
    'minutes',
    'tenant',
  ])
})

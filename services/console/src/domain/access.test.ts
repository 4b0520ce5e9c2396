import { expect, test } from 'vitest'
import { accessOf, mayAs, tenantsWith } from './access.ts'

const tenants = ['acme', 'globex']
const user = { name: 'ana', groups: ['desk'] }

test('a grant without tenants is for all of them', () => {
  expect([...accessOf(user, [{ to: 'ana', role: 'viewer' }], tenants)]).toEqual([
    ['acme', 'viewer'],
    ['globex', 'viewer'],
  ])
})

test('of several grants the highest role of each tenant counts, whatever their order', () => {
  const grants = [
    { to: 'desk', role: 'operator', tenants: ['acme'] },
    { to: '*', role: 'viewer' },
  ] as const
  const expected = { acme: 'operator', globex: 'viewer' }
  expect(Object.fromEntries(accessOf(user, grants, tenants))).toEqual(expected)
  expect(Object.fromEntries(accessOf(user, grants.toReversed(), tenants))).toEqual(expected)
})

test('nobody has access to what is no tenant, nor by another’s grant', () => {
  expect([...accessOf(user, [{ to: 'ana', role: 'admin', tenants: ['gone'] }], tenants)]).toEqual([])
  expect([...accessOf(user, [{ to: 'bob', role: 'admin' }], tenants)]).toEqual([])
})

test('a role may do what lesser ones may', () => {
  expect(mayAs('admin', 'operator')).toBe(true)
  expect(mayAs('viewer', 'operator')).toBe(false)
  expect(mayAs(undefined, 'viewer')).toBe(false)
  expect(
    tenantsWith(
      new Map([
        ['acme', 'viewer'],
        ['globex', 'admin'],
      ]),
      'operator',
    ),
  ).toEqual(['globex'])
})

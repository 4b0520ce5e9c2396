import { expect, it } from 'vitest'
import { aliasRedisKey, aliasPattern, bsuidOf } from './alias-keys.ts'

const owner = { tenant: 'acme', business: '441134960000', bsuid: 'US.13491208655302741918' }

it('is the key that ingress has written from the beginning, and its tenant’s pattern finds it', () => {
  const key = aliasRedisKey(owner)
  expect(key).toBe('imc:alias:acme:441134960000:US.13491208655302741918')
  expect(aliasPattern('acme')).toBe('imc:alias:acme:*')
  expect(bsuidOf(key)).toBe(owner.bsuid)
})

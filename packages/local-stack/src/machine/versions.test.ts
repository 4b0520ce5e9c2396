import { expect, test } from 'vitest'
import { javaVersion } from './java.mjs'
import { redisVersion } from './redis-server.mjs'

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['openjdk version "25" 2025-09-16 LTS', 25],
  ['java version "1.8.0_392"', 8],
  ['The operation couldn’t be completed. Unable to locate a Java Runtime.', undefined],
  [undefined, undefined],
])('the major version of Java in %j is %j', (text, expected) => {
  expect(javaVersion(text)).toBe(expected)
})

test.each([
  ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64', [7, 0]],
  ['Valkey server v=8.1.1 sha=00000000:0', [8, 1]],
  ['something else', undefined],
])('the version of Redis in %j is %j', (text, expected) => {
  expect(redisVersion(text)).toEqual(expected)
})

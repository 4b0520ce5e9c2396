import { expect, test } from 'vitest'
import { cacheDir } from './cache-dir.mjs'

test.each([
  { env: { IMCHANNEL_CACHE: '/c', HOME: '/h' }, platform: 'linux', expected: '/c' },
  { env: { XDG_CACHE_HOME: '/x', HOME: '/h' }, platform: 'linux', expected: '/x/imchannel' },
  { env: { HOME: '/h' }, platform: 'linux', expected: '/h/.cache/imchannel' },
  { env: { HOME: '/h' }, platform: 'darwin', expected: '/h/Library/Caches/imchannel' },
] as const)('downloads are kept in $expected on $platform given $env', ({ env, platform, expected }) => {
  expect(cacheDir(env, platform)).toBe(expected)
})

import * as fc from 'fast-check'

const parts = [
  '',
  '.',
  '..',
  '%2e%2e',
  '%2f',
  '%5c',
  '%00',
  '%',
  '%E0%A4%A',
  '%ff',
  '__proto__',
  'constructor',
  '*',
  '~',
  ';a=b',
  '@',
  ':80',
  '%F0%9F%98%80',
  'a'.repeat(5_000),
  '..%2f..%2fetc%2fpasswd',
  'imchannel',
  'acme',
  'webhook',
  'media',
  'livez',
  'metrics',
] as const
const queries = [
  '',
  '?',
  '?a',
  '?a=1&a=2',
  '?__proto__[x]=1',
  '?a[b][c]=1',
  '?filename=%ED%A0%80',
  `?${'a=1&'.repeat(900)}`,
  '?#',
] as const

/** A path that is meant, with a part changed or added, or one that nobody means. */
export function hostilePath(meant: readonly string[]): fc.Arbitrary<string> {
  const strange = fc
    .array(fc.constantFrom(...parts), { minLength: 1, maxLength: 5 })
    .map((some) => `/${some.join('/')}`)
  const changed = fc
    .tuple(fc.constantFrom(...meant), fc.nat({ max: 4 }), fc.constantFrom(...parts))
    .map(([path, at, part]) =>
      path
        .split('/')
        .toSpliced(at + 1, 1, part)
        .join('/'),
    )
  return fc
    .tuple(
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...meant) },
        { weight: 1, arbitrary: changed },
        { weight: 1, arbitrary: strange },
      ),
      fc.oneof({ weight: 8, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(...queries) }),
    )
    .map(([path, query]) =>
      `${path.startsWith('/') ? path : `/${path}`}${path.includes('?') ? '' : query}`.replace('#', ''),
    )
}

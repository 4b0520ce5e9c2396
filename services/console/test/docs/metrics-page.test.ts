import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

/** Names as Prometheus has them, without the unit and `_total` at their ends. */
function counted(): string[] {
  const source = read('../../src/instruments.ts')
  const short = [...source.matchAll(/(?:counter|gauge)\('([\w.]+)'/g)].map(([, name]) => `imchannel.console.${name}`)
  const whole = [...source.matchAll(/'(imchannel\.console\.[\w.]+)'/g)].map(([, name = '']) => name)
  return [...short, ...whole].map((name) => name.replaceAll('.', '_'))
}

test('docs/observability.md has each metric of the console, and no other', () => {
  const documented = [...read('../../../../docs/observability.md').matchAll(/`(imchannel_console_\w+)`/g)].map(
    ([, name = '']) => name.replace(/(_seconds)?(_total)?$/, ''),
  )
  expect([...new Set(documented)].toSorted()).toEqual(counted().toSorted())
})

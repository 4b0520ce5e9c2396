import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { BUILDS, buildEnvOf } from './builds.ts'

test.each(BUILDS)('$name: what is replaced is there, and exports what stands in for it does', async (build) => {
  const { TORTURE_REPLACES: replaced = '', TORTURE_BY: by = '' } = buildEnvOf(build)
  expect([replaced, by].filter((url) => !existsSync(fileURLToPath(url)))).toEqual([])
  // `as`: a module's exports by their names; nothing is done with them.
  const [sound, broken] = (await Promise.all([import(replaced), import(by)])) as Record<string, unknown>[]
  expect(Object.keys(broken ?? {}).sort()).toEqual(Object.keys(sound ?? {}).sort())
})

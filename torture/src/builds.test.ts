import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { BUILDS, replacementsOf } from './builds.ts'

test.each(BUILDS)('$name: what is replaced is there, and exports what stands in for it does', async (build) => {
  for (const [replaced, by] of Object.entries(replacementsOf(build))) {
    expect([replaced, by].filter((url) => !existsSync(fileURLToPath(url)))).toEqual([])
    // `as`: a module's exports by their names; nothing is done with them.
    const [sound, broken] = (await Promise.all([import(replaced), import(by)])) as Record<string, unknown>[]
    expect(Object.keys(broken ?? {}).sort()).toEqual(Object.keys(sound ?? {}).sort())
  }
})

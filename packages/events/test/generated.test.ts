import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generatedFiles } from '../scripts/generated-files.ts'

test.each([...generatedFiles()])('%s is up to date (pnpm --filter @imchannel/events generate)', (path, text) => {
  expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toBe(text)
})

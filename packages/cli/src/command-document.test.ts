import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandDocument } from './command-document.ts'
import { createProgram } from './create-program.ts'

test('docs/cli.md is what the commands say of themselves now (else: node packages/cli/scripts/write-document.ts)', () => {
  const document = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')
  expect(document).toBe(commandDocument(createProgram(() => async () => undefined)))
})

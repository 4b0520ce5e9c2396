import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { configurationDocument } from './configuration-document.ts'

describe('docs/configuration.md', () => {
  it('is what the schema says now (else: node packages/config/scripts/write-document.ts)', () => {
    const document = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
    expect(document).toBe(configurationDocument())
  })
})

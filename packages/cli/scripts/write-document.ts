import { writeFileSync } from 'node:fs'
import { commandDocument } from '../src/command-document.ts'
import { createProgram } from '../src/create-program.ts'

writeFileSync(
  new URL('../../../docs/cli.md', import.meta.url),
  commandDocument(createProgram(() => async () => undefined)),
)

import { readFileSync } from 'node:fs'
import { asyncApi } from './asyncapi.ts'
import { eventsPage } from './events-page.ts'
import { jsonSchemas } from './json-schemas.ts'

/** Every generated file by its path from the package. */
export function generatedFiles(): Map<string, string> {
  const schemas = jsonSchemas()
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const files = new Map<string, string>()
  for (const [type, schema] of schemas) files.set(`generated/schemas/${type}.json`, json(schema))
  files.set('generated/asyncapi.json', json(asyncApi(schemas, version)))
  files.set('../../docs/events.md', eventsPage(schemas))
  return files
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

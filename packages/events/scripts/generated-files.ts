import { readFileSync } from 'node:fs'
import { commandTypes } from '../src/commands/commands.ts'
import { asyncApi } from './asyncapi.ts'
import { eventsPage } from './events-page.ts'
import { JAVA_PACKAGE, javaClass } from './java-types.ts'
import { jsonSchemas } from './json-schemas.ts'
import { pythonFile, pythonModule } from './python-types.ts'
import { pascal } from './shapes.ts'

const JAVA = `../../clients/java/src/main/java/${JAVA_PACKAGE.replaceAll('.', '/')}`
const PYTHON = '../../clients/python/src/imchannel/events'

/** Every generated file by its path from the package. */
export function generatedFiles(): Map<string, string> {
  const schemas = jsonSchemas()
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const files = new Map<string, string>()
  for (const [type, schema] of schemas) {
    files.set(`generated/schemas/${type}.json`, json(schema))
    const name = classOf(type)
    const of = commandTypes.some((one) => one === type) ? 'commands' : 'events'
    files.set(`${JAVA}/${name}.java`, javaClass(name, schema, of))
    files.set(`${PYTHON}/${pythonFile(name)}.py`, pythonModule(type, name, schema))
  }
  files.set(`${PYTHON}/__init__.py`, '"""Events and commands of IMChannel, a module each."""\n')
  files.set('generated/asyncapi.json', json(asyncApi(schemas, version)))
  files.set('../../docs/events.md', eventsPage(schemas))
  return files
}

/** `imchannel.message.received.v1` → `MessageReceived` */
function classOf(type: string): string {
  return pascal(type.replace(/^imchannel\./, '').replace(/\.v1$/, ''))
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

import type { ApiRequest } from '../store/entities.ts'
import { withDiscriminators } from './discriminators.ts'
import { readDocuments, requestSchema, responseSchema, type Document, type Operation } from './documents.ts'
import type { JsonSchema } from './set-aside.ts'

/** Says what is wrong with a value; nothing where all is well. */
export type Check = (value: unknown) => string[]

export interface Checker {
  documents: readonly Document[]
  /** Of an operation's request body; undefined where the documents have none. */
  request(method: string, path: string): Check | undefined
  response(method: string, path: string, status: number): Check | undefined
  /** Of a webhook, by its name in the document. */
  webhook(name: string): Check | undefined
  /** A request as it came and as it was answered. */
  record(request: ApiRequest): string[]
}

/** Holds values to Infobip's own OpenAPI documents. @throws where the directory or `ajv` is not there */
export async function createChecker(directory: string): Promise<Checker> {
  const { Ajv2020, addFormats } = await loadAjv()
  const documents = readDocuments(directory)
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false })
  addFormats(ajv)
  for (const { name, schemas } of documents) {
    ajv.addSchema({ $id: `doc:${name}`, components: { schemas: withDiscriminators(schemas) } })
  }
  const compiled = new Map<JsonSchema, Check>()

  const checkOf = (document: Document, schema: JsonSchema | undefined): Check | undefined => {
    if (schema === undefined) return undefined
    const known = compiled.get(schema)
    if (known !== undefined) return known
    // References are within their document.
    const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', `"doc:${document.name}#/`)))
    const check: Check = (value) => {
      if (validate(value) === true) return []
      return (validate.errors ?? []).map(
        (error) => `${error.instancePath || '(body)'} ${error.message ?? error.keyword}`,
      )
    }
    compiled.set(schema, check)
    return check
  }

  const find = (method: string, path: string): { document: Document; operation: Operation } | undefined => {
    for (const document of documents) {
      for (const [template, operations] of Object.entries(document.paths)) {
        const operation = operations[method.toLowerCase()]
        if (operation !== undefined && (template === path || matches(template, path))) return { document, operation }
      }
    }
    return undefined
  }

  const checker: Checker = {
    documents,
    request(method, path) {
      const found = find(method, path)
      return found && checkOf(found.document, requestSchema(found.operation))
    },
    response(method, path, status) {
      const found = find(method, path)
      return found && checkOf(found.document, responseSchema(found.operation, status))
    },
    webhook(name) {
      const document = documents.find((one) => one.webhooks[name] !== undefined)
      return document && checkOf(document, requestSchema(document.webhooks[name]?.post))
    },
    record({ method, path, body, status, response }) {
      const bare = path.split('?')[0] ?? path
      const sent = body === undefined ? [] : (checker.request(method, bare)?.(body) ?? [])
      const answered =
        status === undefined || response === undefined ? [] : (checker.response(method, bare, status)?.(response) ?? [])
      return [...sent.map((text) => `request ${text}`), ...answered.map((text) => `answer ${text}`)]
    },
  }
  return checker
}

/** `/omni/1/scenarios/{scenarioKey}` against `/omni/1/scenarios/AAAA`. */
function matches(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')]
  return wanted.length === given.length && wanted.every((part, i) => part.startsWith('{') || part === given[i])
}

interface Validate {
  (value: unknown): boolean | Promise<unknown>
  errors?: { instancePath: string; message?: string; keyword: string }[] | null
}

interface AjvLike {
  addSchema(schema: object): unknown
  compile(schema: object): Validate
}

/** Both packages are CommonJS: what they export by name depends on who loads them. */
function pick(module: object, name: string): unknown {
  const record = module as Record<string, unknown>
  const inner = record.default as Record<string, unknown> | undefined // the whole of `module.exports`
  return record[name] ?? inner?.[name] ?? inner?.default ?? inner
}

/** Ajv is needed for this alone, and so is not a dependency. */
async function loadAjv(): Promise<{
  Ajv2020: new (options: object) => AjvLike
  addFormats: (ajv: AjvLike) => unknown
}> {
  try {
    const [core, formats] = await Promise.all([import('ajv/dist/2020.js'), import('ajv-formats')])
    return {
      Ajv2020: pick(core, 'Ajv2020') as new (options: object) => AjvLike,
      addFormats: pick(formats, 'default') as (ajv: AjvLike) => unknown,
    }
  } catch (cause) {
    throw new Error('Holding to the OpenAPI documents needs ajv: npm install ajv ajv-formats', { cause })
  }
}

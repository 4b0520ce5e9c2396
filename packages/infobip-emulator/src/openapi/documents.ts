import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setAside, type JsonSchema } from './set-aside.ts'

/** One of Infobip's OpenAPI documents, as far as it is used. */
export interface Document {
  name: string
  paths: Record<string, Record<string, Operation | undefined>>
  webhooks: Record<string, { post?: Operation }>
  schemas: Record<string, JsonSchema>
}

interface Content {
  content?: { 'application/json'?: { schema?: JsonSchema } }
}

export interface Operation {
  operationId?: string
  requestBody?: Content
  responses?: Record<string, Content & { $ref?: string }>
}

/** Reads every OpenAPI document of a directory. @throws where there is none */
export function readDocuments(directory: string): Document[] {
  const documents = readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file): Document[] => {
      const parsed: unknown = JSON.parse(readFileSync(join(directory, file), 'utf8'))
      if (typeof parsed !== 'object' || parsed === null || !('openapi' in parsed)) return []
      const raw = parsed as {
        paths?: Document['paths']
        webhooks?: Document['webhooks']
        components?: { schemas?: Record<string, JsonSchema>; responses?: Record<string, Content> }
      } // an OpenAPI document says so itself
      const { paths = {}, webhooks = {}, components = {} } = raw
      resolveResponses(paths, components.responses ?? {})
      return [{ name: file.replace('.openapi.json', ''), paths, webhooks, schemas: amended(components.schemas ?? {}) }]
    })
  if (documents.length === 0) throw new Error(`${directory} holds no OpenAPI document in JSON`)
  return documents
}

function resolveResponses(paths: Document['paths'], responses: Record<string, Content>): void {
  for (const operations of Object.values(paths)) {
    for (const operation of Object.values(operations)) {
      for (const [status, response] of Object.entries(operation?.responses ?? {})) {
        const found = response.$ref === undefined ? undefined : responses[response.$ref.split('/').at(-1) ?? '']
        if (found !== undefined && operation?.responses !== undefined) operation.responses[status] = found
      }
    }
  }
}

const shortName = (name: string): string => name.split('.').at(-1) ?? name

function amended(schemas: Record<string, JsonSchema>): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const changes = setAside.filter((one) => one.schema === shortName(name))
      return [name, changes.reduce((result, one) => one.change(result), schema)]
    }),
  )
}

/** The schema of an operation's JSON body. */
export const requestSchema = (operation: Operation | undefined): JsonSchema | undefined =>
  operation?.requestBody?.content?.['application/json']?.schema

export const responseSchema = (operation: Operation | undefined, status: number): JsonSchema | undefined =>
  operation?.responses?.[String(status)]?.content?.['application/json']?.schema

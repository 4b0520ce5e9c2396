import { z } from 'zod'
import { liveChange } from './lists.ts'
import { type Operation, operations } from './operations.ts'
import { problemBody } from './problem-body.ts'
import { apiSchemas } from './schemas.ts'

type Json = Readonly<Record<string, unknown>>

const refTo = (id: string): string => `#/components/schemas/${id}`

function reference(schema: z.ZodType): Json {
  const id = apiSchemas.get(schema)?.id
  if (id === undefined) throw new Error('a schema of the API has no name')
  return { $ref: refTo(id) }
}

function body(schema: z.ZodType, type = 'application/json'): Json {
  return { content: { [type]: { schema: reference(schema) } } }
}

function parametersOf({ path, query = {} }: Operation): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = Object.entries(query).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  }))
  return [...inPath, ...inQuery]
}

function describe(operationId: string, operation: Operation): Json {
  const { summary, access, body: request, answer } = operation
  const parameters = parametersOf(operation)
  return {
    operationId,
    summary,
    description: access === 'anybody' ? 'Needs no login.' : `Needs the role ${access}, of the tenant that it is about.`,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(request === undefined ? {} : { requestBody: { required: true, ...body(request) } }),
    responses: {
      ...(answer === undefined
        ? { 204: { description: 'Done' } }
        : { 200: { description: 'The answer', ...body(answer) } }),
      default: { description: 'What is wrong, and what to do', ...body(problemBody, 'application/problem+json') },
    },
  }
}

const live: Json = {
  operationId: 'live',
  summary:
    'Server-sent events of type `change`, each with a LiveChange as its data, and of type `progress` with a Progress',
  responses: { 200: { description: 'The stream', ...body(liveChange, 'text/event-stream') } },
}

/** `GET /v1/openapi.json`: OpenAPI 3.1, from the schemas that answers are held to. */
export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = { '/v1/live': { get: live } }
  for (const [id, operation] of Object.entries(operations)) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(id, operation) }
  }
  const { schemas } = z.toJSONSchema(apiSchemas, { uri: refTo })
  const components = Object.entries(schemas).map(([id, { $id: _id, $schema: _dialect, ...schema }]) => [id, schema])
  return {
    openapi: '3.1.0',
    info: {
      title: 'IMChannel console',
      version: '1',
      description:
        'What the console’s page uses, and nothing else. POST needs the header `X-CSRF-Token` with the token of `/v1/session`, the login excepted.',
    },
    paths,
    components: { schemas: Object.fromEntries(components) },
  }
}

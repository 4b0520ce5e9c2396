import { z } from 'zod'

/** Every body of the API by its name in `/v1/openapi.json`. */
export const apiSchemas = z.registry<{ id: string }>()

/** Registers a schema under the name by which the API's description refers to it. */
export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  apiSchemas.add(schema, { id })
  return schema
}

export const instant = z.iso.datetime().describe('RFC 3339 in UTC')

/** Of a row of the store; says nothing of what is in it. */
export const opaqueId = z.string().describe('Opaque; good for addresses. Another one once the store was emptied')

export const role = named('Role', z.enum(['viewer', 'operator', 'admin']))
export type Role = z.infer<typeof role>

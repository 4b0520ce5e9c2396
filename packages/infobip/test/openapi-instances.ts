/** As much of an OpenAPI 3.1 document as making instances needs. */
export interface OpenApi {
  readonly webhooks: Readonly<
    Record<string, { post: { requestBody: { content: { 'application/json': { schema: Schema } } } } }>
  >
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly format?: string
  readonly minimum?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly allOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly default?: unknown
  readonly discriminator?: { readonly propertyName: string; readonly mapping?: Readonly<Record<string, string>> }
}

/** Instances of a webhook's body: one for each value of each discriminator in it, every property filled. */
export function instances(openApi: OpenApi, webhook: string): unknown[] {
  const root = openApi.webhooks[webhook]?.post.requestBody.content['application/json'].schema
  return root === undefined ? [] : variants(openApi, root, [])
}

/** The values of every discriminator that tells kinds apart, by path. */
export function discriminators(openApi: OpenApi, webhook: string): { path: string; value: string }[] {
  const root = openApi.webhooks[webhook]?.post.requestBody.content['application/json'].schema
  const found = new Map<string, { path: string; value: string }>()
  const seen = new Set<string>()
  const visit = (given: Schema, path: string): void => {
    const name = given.$ref
    if (name !== undefined && seen.has(`${name} ${path}`)) return
    if (name !== undefined) seen.add(`${name} ${path}`)
    const schema = resolve(openApi, given)
    for (const [value, ref] of Object.entries(schema.discriminator?.mapping ?? {})) {
      const at = `${path === '' ? '' : `${path}.`}${schema.discriminator?.propertyName}`
      // An advertisement's picture is no kind of webhook.
      if (!at.includes('referralMedia')) found.set(`${at} ${value}`, { path: at, value })
      visit({ $ref: ref }, path)
    }
    for (const part of [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]) visit(part, path)
    for (const [property, of] of Object.entries(schema.properties ?? {}))
      visit(of, path === '' ? property : `${path}.${property}`)
    if (schema.items !== undefined) visit(schema.items, `${path}[]`)
  }
  if (root !== undefined) visit(root, '')
  return [...found.values()]
}

function variants(openApi: OpenApi, given: Schema, trail: readonly string[]): unknown[] {
  const schema = resolve(openApi, given)
  if (given.$ref !== undefined && trail.includes(given.$ref)) return [{}]
  const deeper = given.$ref === undefined ? trail : [...trail, given.$ref]
  const { propertyName, mapping } = schema.discriminator ?? {}
  // A schema below a discriminator refers to its parent in allOf: there the parent's own properties are meant.
  const chosen =
    mapping === undefined || trail.some((ref) => Object.values(mapping).includes(ref)) ? undefined : mapping
  if (chosen !== undefined && propertyName !== undefined) {
    return Object.entries(chosen).flatMap(([value, ref]) =>
      variants(openApi, { $ref: ref }, deeper).map((instance) => ({ ...(instance as object), [propertyName]: value })),
    )
  }
  if (schema.enum !== undefined) return [schema.enum[0]]
  const parts = schema.allOf?.map((part) => variants(openApi, part, deeper)) ?? []
  const choices = (schema.oneOf ?? schema.anyOf)?.flatMap((part) => variants(openApi, part, deeper))
  if (schema.properties !== undefined || parts.length > 0) {
    const own = objects(openApi, schema, deeper)
    return parts.reduce<unknown[]>(
      (made, part) => made.flatMap((one) => part.map((other) => ({ ...(other as object), ...(one as object) }))),
      own,
    )
  }
  if (choices !== undefined) return choices
  if (schema.items !== undefined) return variants(openApi, schema.items, deeper).map((one) => [one])
  return [scalar(schema)]
}

// Every property filled; where several properties have variants, each variant stands once, beside the first of the others.
function objects(openApi: OpenApi, schema: Schema, trail: readonly string[]): object[] {
  const properties = Object.entries(schema.properties ?? {}).map(
    ([name, of]) => [name, variants(openApi, of, trail)] as const,
  )
  const base = Object.fromEntries(properties.map(([name, made]) => [name, made[0]]))
  const more = properties.flatMap(([name, made]) => made.slice(1).map((one) => ({ ...base, [name]: one })))
  return [base, ...more]
}

function scalar(schema: Schema): unknown {
  switch (schema.type) {
    case 'integer':
      return schema.minimum ?? 5
    case 'number':
      return 1.5
    case 'boolean':
      return true
    case 'object':
      return { any: 'thing' }
    case 'array':
      return []
    case undefined:
    default:
      return schema.default ?? (schema.format === 'date-time' ? '2026-03-04T05:06:07.000+0000' : 'payment')
  }
}

function resolve(openApi: OpenApi, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema
  const name = schema.$ref.split('/').at(-1) ?? ''
  const found = openApi.components.schemas[name]
  if (found === undefined) throw new Error(`the document has no schema ${name}`)
  return resolve(openApi, found)
}

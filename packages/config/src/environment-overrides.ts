type Table = Record<string, unknown>

interface Override {
  /** The environment variable. */
  readonly name: string
  /** The setting that it takes the place of. */
  readonly path: readonly [string, ...string[]]
  readonly read?: (value: string) => unknown
}

// Taken as it is: a password in REDIS_URL may hold "${".
const literal = (value: string): string => value.replaceAll('${', () => '$${')

const list = (value: string): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/** Environment variables that win over the file. OpenTelemetry's own `OTEL_*` are read by its SDK. */
export const environmentOverrides: readonly Override[] = [
  { name: 'KAFKA_BROKERS', path: ['kafka', 'brokers'], read: list },
  { name: 'KAFKA_INSTANCE_NAME', path: ['kafka', 'instanceName'] },
  { name: 'REDIS_URL', path: ['redis', 'url'] },
  { name: 'PUBLIC_URL', path: ['publicUrl'] },
  { name: 'PORT', path: ['port'] },
  { name: 'ADMIN_PORT', path: ['adminPort'] },
  { name: 'LOG_FORMAT', path: ['logs', 'format'] },
  { name: 'LOG_LEVEL', path: ['logs', 'level'] },
  { name: 'LOG_PRIVACY', path: ['logs', 'privacy'] },
  { name: 'CONSOLE_JAEGER_URL', path: ['console', 'jaegerUrl'] },
  { name: 'KAFKA_TOPIC_PARTITIONS', path: ['topics', 'partitions'] },
]

/** The file's table with the environment's values in place; an empty variable counts as not set. */
export function withEnvironment(file: Table, env: Readonly<Record<string, string | undefined>>): Table {
  const result: Table = { ...file }
  for (const { name, path, read } of environmentOverrides) {
    const value = env[name]
    if (value !== undefined && value !== '') assign(result, path, read ? read(literal(value)) : literal(value))
  }
  // A URL from the environment takes the place of the whole way to Redis, not a place beside it.
  const redis = result['redis']
  if (env['REDIS_URL'] && isTable(redis)) {
    delete redis['sentinel']
    delete redis['cluster']
  }
  return result
}

function assign(table: Table, [key, ...rest]: readonly [string, ...string[]], value: unknown): void {
  const [next, ...others] = rest
  if (next === undefined) {
    table[key] = value
    return
  }
  const inner = table[key]
  // What is not a table stays, and is refused by the schema under its own path.
  if (inner !== undefined && !isTable(inner)) return
  const copy: Table = { ...inner }
  table[key] = copy
  assign(copy, [next, ...others], value)
}

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

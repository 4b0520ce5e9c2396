import { isDeepStrictEqual } from 'node:util'
import type { Config } from './config.ts'
import { Secret } from './secret.ts'

/** What a running service holds on to: connections, ports, the names of its topics. */
const fixed = {
  kafka: (config: Config) => config.kafka,
  redis: (config: Config) => config.redis,
  port: (config: Config) => config.port,
  adminPort: (config: Config) => config.adminPort,
  host: (config: Config) => config.host,
  inboundMedia: (config: Config) => config.inboundMedia,
  // Names are followed; what an expression matches is looked for by the ones that were there at the start.
  'topics.outbound (expressions)': ({ topics }: Config) =>
    topics.outbound.flatMap(({ topic }) => (topic instanceof RegExp ? [String(topic)] : [])),
  'topics.prefix': (config: Config) => config.topics.prefix,
  'console.store': (config: Config) => config.console?.store,
  'tls (on or off)': (config: Config) => config.tls === undefined,
} as const

/** The settings that differ and cannot be changed while the service runs, by name. */
export function changesThatNeedRestart(previous: Config, next: Config): string[] {
  return Object.entries(fixed).flatMap(([name, pick]) =>
    isDeepStrictEqual(plain(pick(previous)), plain(pick(next))) ? [] : [name],
  )
}

/** With secrets revealed, to be compared and forgotten: two Secrets look alike to everybody else. */
function plain(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal()
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

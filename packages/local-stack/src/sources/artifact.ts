import manifest from './artifacts.json' with { type: 'json' }

/** One file from Maven's repositories, held to its hash. */
export interface Artifact {
  coordinates: string
  file: string
  bytes: number
  sha256: string
}

/** Apache Kafka 4.4.0 with what it needs at run time, and the SLF4J binding of its own log4j, without which it logs nothing. */
export const KAFKA_JARS: readonly Artifact[] = manifest.kafka

/** Redis servers for Linux and macOS, in a jar. */
export const EMBEDDED_REDIS_JAR: readonly Artifact[] = manifest.redis

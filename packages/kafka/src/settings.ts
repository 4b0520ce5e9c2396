/** A text, or something that gives one only when it is asked to (so that it cannot be printed by accident). */
export type SecretText = string | { reveal(): string }

export function reveal(secret: SecretText): string {
  return typeof secret === 'string' ? secret : secret.reveal()
}

/** TLS: `true` for the system's authorities, or PEM texts. Certificates are always verified. */
export type KafkaSsl =
  boolean | { ca?: SecretText; cert?: SecretText; key?: SecretText; passphrase?: SecretText; servername?: string }

/** SASL, as brokers know it. For OAUTHBEARER either the token comes from the caller, or from an OIDC token endpoint by client credentials. */
export type KafkaSasl =
  | { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: SecretText }
  | { mechanism: 'oauthbearer'; token(): Promise<string> }
  | { mechanism: 'oauthbearer'; tokenEndpoint: string; clientId: string; clientSecret: SecretText; scope?: string }

/** Where Kafka is and how to be let in. */
export interface KafkaSettings {
  /** `host:port`, one or more; the rest of the cluster is learned from them. */
  brokers: readonly string[]
  ssl?: KafkaSsl | undefined
  sasl?: KafkaSasl | undefined
  /**
   * Makes consumers static members of their groups (`group.instance.id`): one that dies and comes back within its session, under the
   * same name, has its partitions at once, and nobody else waits. No two members of a group may have the same.
   */
  instanceName?: string | undefined
}

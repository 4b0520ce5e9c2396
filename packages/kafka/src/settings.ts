import type { MskIdentity } from './kafkajs/msk-token.ts'

/** A text, or something that gives one only when it is asked to (so that it cannot be printed by accident). */
export type SecretText = string | { reveal(): string }

export function reveal(secret: SecretText): string {
  return typeof secret === 'string' ? secret : secret.reveal()
}

/** TLS: `true` for the system's authorities, or PEM texts. Certificates are always verified. */
export type KafkaSsl =
  boolean | { ca?: SecretText; cert?: SecretText; key?: SecretText; passphrase?: SecretText; servername?: string }

/** An OIDC token endpoint, and who asks there by client credentials: with a secret, or with the JWT that a file has. */
export interface TokenSource {
  tokenEndpoint: string
  clientId: string
  clientSecret?: SecretText
  /** Its path. What Kubernetes, GitHub or another issuer that the endpoint trusts says of this process (workload identity). */
  clientAssertionFile?: string
  scope?: string
}

/**
 * SASL, as brokers know it. For OAUTHBEARER the token comes from the caller, from an OIDC token endpoint, or, at Amazon MSK, is signed
 * with the credentials that AWS gives this process.
 */
export type KafkaSasl =
  | { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: SecretText }
  | { mechanism: 'oauthbearer'; token(): Promise<string> }
  | ({ mechanism: 'oauthbearer' } & TokenSource)
  | ({ mechanism: 'aws-msk-iam' } & MskIdentity)

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

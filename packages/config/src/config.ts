import type { Budget, RateCard } from '@imchannel/costs'
import type { z } from 'zod'
import type { accountSchema } from './account-schema.ts'
import type { conversationLimitSchema } from './budgets-schema.ts'
import type { consoleSchema } from './console-schema.ts'
import type { gatesSchema } from './gates-schema.ts'
import type { keywordsSchema } from './keywords-schema.ts'
import type { kafkaSchema } from './kafka-schema.ts'
import type { redisSchema } from './redis-schema.ts'
import type { Secret } from './secret.ts'
import type { OutboundTopic } from './topics-schema.ts'
import type { webhookAuthSchema } from './webhook-auth-schema.ts'

type DeepReadonly<T> = T extends Secret | RegExp
  ? T
  : T extends readonly (infer Item)[]
    ? readonly DeepReadonly<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
      : T

export type ConsoleConfig = DeepReadonly<z.output<typeof consoleSchema>>
export type KafkaConfig = DeepReadonly<z.output<typeof kafkaSchema>>
export type RedisConfig = DeepReadonly<z.output<typeof redisSchema>>
export type WebhookAuth = DeepReadonly<z.output<typeof webhookAuthSchema>>
type AccountFields = DeepReadonly<Omit<z.output<typeof accountSchema>, 'rateCard'>>
export type Sender = AccountFields['senders'][number]

export interface Account extends AccountFields {
  /** Stable while the base URL and the order of accounts on it are: the host, from the second on with `/1`, `/2` … */
  readonly id: string
  /** The prices of its contract; `name` is the file, as the configuration has it. */
  readonly rateCard?: { readonly name: string; readonly rates: RateCard }
}

export interface WebhookResponse {
  readonly status: number
  readonly body: string
}

export interface Tenant {
  readonly id: string
  /** Any one of them suffices. Never empty. */
  readonly webhookAuth: readonly WebhookAuth[]
  readonly webhookResponse: WebhookResponse
  readonly mediaTokens: readonly Secret[]
  /** The first signs, all verify. */
  readonly mediaSecrets: readonly Secret[]
  /** Of the HMACs of people who were forgotten: the first signs, all verify. */
  readonly forgetSecret: readonly Secret[]
  /** Off where it is absent. */
  readonly keywords?: DeepReadonly<z.output<typeof keywordsSchema>>
  readonly gates?: DeepReadonly<z.output<typeof gatesSchema>>
  readonly budgets?: readonly Budget[]
  readonly conversationLimit?: DeepReadonly<z.output<typeof conversationLimitSchema>>
  readonly accounts: readonly Account[]
}

/** PEM texts. */
export interface TlsConfig {
  readonly cert: string
  readonly key: Secret
  readonly clientCa?: string
}

export interface Limits {
  readonly webhookBytes: number
  /** Undefined: by the memory that the process may use. */
  readonly unauthenticatedBytes?: number | undefined
  readonly waitingBytes?: number | undefined
  readonly webhookDeadlineMs: number
  readonly webhookMemoryMs: number
  readonly aliasMemoryMs: number
  readonly connections: number
  readonly failedAuthPerMinute: number
}

/** The configuration in force: nested as the file, frozen, durations in milliseconds and sizes in bytes. */
export interface Config {
  readonly kafka: KafkaConfig
  readonly redis: RedisConfig
  /** Without a slash at its end. */
  readonly publicUrl: string
  readonly topics: { readonly prefix: string; readonly outbound: readonly OutboundTopic[]; readonly partitions: number }
  /** Without prototype: a tenant's name from a URL may be looked up as it is. */
  readonly tenants: Readonly<Partial<Record<string, Tenant>>>
  readonly port?: number
  readonly adminPort?: number
  readonly host: string
  readonly tls?: TlsConfig
  /** The operators’ console, where it is configured. */
  readonly console?: ConsoleConfig
  readonly trustedProxies: readonly string[]
  readonly trustTraceHeaders: boolean
  readonly commandMemoryMs: number
  readonly ledgerFormat: number
  readonly maxAgeMs: number
  readonly maxWaiting: number
  readonly mediaTtlMs: number
  readonly mediaTtlAfterFetchMs: number
  readonly mediaBudgetBytes?: number
  readonly inboundMedia: 'on-demand' | 'at-once'
  readonly mediaFetch: { readonly allow: readonly string[]; readonly deny: readonly string[] }
  readonly logs: {
    readonly format: 'classic' | 'json'
    readonly level: 'debug' | 'info' | 'warn' | 'error'
    readonly privacy: 'none' | 'mask'
  }
  readonly limits: Limits
}

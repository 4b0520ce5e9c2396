import type { z } from 'zod'
import type { RateCard } from '@imchannel/costs'
import type { Account, Config, Tenant } from './config.ts'
import type { configSchema } from './schema.ts'

type Parsed = z.output<typeof configSchema>

/** What was parsed in the form that services use: units in names, ids and defaults that depend on other settings, frozen. */
export function shapeConfig(parsed: Parsed, rateCards: ReadonlyMap<string, RateCard> = new Map()): Config {
  const {
    tenants,
    topics,
    limits,
    webhookResponse,
    commandMemory,
    maxAge,
    mediaTtl,
    mediaTtlAfterFetch,
    mediaBudget,
    ...rest
  } = parsed
  const { port, adminPort, tls, console: operators, ...others } = rest
  const { webhookDeadline, webhookMemory, aliasMemory, ...otherLimits } = limits
  const byName = Object.entries(tenants).map(([id, tenant]): [string, Tenant] => [
    id,
    {
      id,
      webhookAuth: tenant.webhookAuth,
      webhookResponse: tenant.webhookResponse ?? webhookResponse,
      mediaTokens: tenant.mediaTokens,
      mediaSecrets: tenant.mediaSecrets,
      forgetSecret: tenant.forgetSecret,
      ...(tenant.keywords === undefined ? {} : { keywords: tenant.keywords }),
      ...(tenant.gates === undefined ? {} : { gates: tenant.gates }),
      ...(tenant.budgets === undefined ? {} : { budgets: tenant.budgets }),
      ...(tenant.conversationLimit === undefined ? {} : { conversationLimit: tenant.conversationLimit }),
      accounts: withIds(tenant.accounts, rateCards),
    },
  ])
  return deepFreeze({
    ...others,
    ...(port === undefined ? {} : { port }),
    ...(adminPort === undefined ? {} : { adminPort }),
    ...(tls === undefined ? {} : { tls }),
    ...(operators === undefined ? {} : { console: operators }),
    topics: {
      prefix: topics.prefix,
      outbound: topics.outbound ?? [{ topic: `${topics.prefix}.outbound` }],
      partitions: topics.partitions,
    },
    // "constructor" is a possible tenant in a URL, and must not be one here.
    tenants: Object.assign(Object.create(null) as Record<string, Tenant>, Object.fromEntries(byName)),
    commandMemoryMs: commandMemory,
    maxAgeMs: maxAge,
    mediaTtlMs: mediaTtl,
    mediaTtlAfterFetchMs: mediaTtlAfterFetch,
    ...(mediaBudget === undefined ? {} : { mediaBudgetBytes: mediaBudget }),
    limits: {
      ...otherLimits,
      webhookDeadlineMs: webhookDeadline,
      webhookMemoryMs: webhookMemory,
      aliasMemoryMs: aliasMemory,
    },
  })
}

function withIds(accounts: Parsed['tenants'][string]['accounts'], rateCards: ReadonlyMap<string, RateCard>): Account[] {
  const seen = new Map<string, number>()
  return accounts.map((account) => {
    const { host } = new URL(account.baseUrl)
    const count = seen.get(host) ?? 0
    seen.set(host, count + 1)
    const { rateCard: name, ...others } = account
    const rates = name === undefined ? undefined : rateCards.get(name)
    const card = name === undefined || rates === undefined ? {} : { rateCard: { name, rates } }
    return { ...others, ...card, id: count === 0 ? host : `${host}/${count}` }
  })
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  // A regular expression keeps its lastIndex: frozen it could not be used with the flags g and y, which ours do not have.
  for (const item of Object.values(value)) deepFreeze(item)
  return value
}

import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { accountHash } from '@imchannel/ledger'
import { createInfobipClient, maxLogIds, readLogs, readProbe } from '@imchannel/infobip'
import type { InfobipClient, InfobipClientOptions, ProbeAnswer } from '@imchannel/infobip'
import { gateModes } from '@imchannel/config'
import type { Account, Config, GateModes, Sender } from '@imchannel/config'
import type { RedisClient } from '@imchannel/redis'
import { createBulkPace } from '../domain/bulk-pace.ts'
import type { BulkPace } from '../domain/bulk-pace.ts'
import { senderBudgets, type SenderBudgets } from '../domain/gates/sender-budgets.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'
import type { CircuitBreaker, OpenReason } from './circuit-breaker.ts'
import { createLogLookup } from './log-lookup.ts'
import type { LogLookup } from './log-lookup.ts'
import { callInfobip } from './call-infobip.ts'
import { createFormerAccounts } from './former-accounts.ts'
import type { RequestInDoubt } from './former-accounts.ts'
import { createRateLimiters } from './rate-limiter.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { createSemaphore, MOST_OPEN_INDICATORS, MOST_OPEN_REQUESTS } from './semaphore.ts'
import type { Semaphore } from './semaphore.ts'
import { createSenderRateLimiter } from './sender-rate-limiter.ts'
import type { SenderRateLimiter } from './sender-rate-limiter.ts'

/** One Infobip account in use: its client and everything that is shared by its senders. */
export interface AccountInUse {
  readonly tenant: string
  /** As configured now. */
  readonly settings: Account
  readonly client: InfobipClient
  readonly health: CircuitBreaker
  readonly logs: LogLookup
  /** For reading receipts and typing indicators: an endpoint of theirs that hangs takes no room from messages. */
  readonly indicatorSlots: Semaphore
  /** Its permits come with a slot for the request. */
  pacer(sender: Sender): SenderRateLimiter
  /** What bulk may take of a sender's messages a second, in hundredths. */
  bulkShare(sender: Sender): number
  /** Permits for one customer; undefined where the sender has no pair limit. */
  pair(sender: Sender): RateLimiter | undefined
  /** Permits for reading receipts. */
  readonly reads: RateLimiter
}

/** A number's account, and how its gates stand. */
export interface Gated {
  readonly account: AccountInUse
  readonly sender: Sender
  readonly gates: GateModes
  /** What limits its messages, where anything does. */
  readonly budgets: SenderBudgets | undefined
}

/** The accounts of all tenants, following the configuration. */
export interface Accounts {
  /** The account that owns the number; `undefined` where the tenant has none. */
  find(tenant: string, number: string): Gated | undefined
  knows(tenant: string): boolean
  /** The account that made a request, though the number may be another's by now; `undefined` where it is kept no longer. */
  findMaker(request: RequestInDoubt): AccountInUse | undefined
  all(): AccountInUse[]
  /** Requests that are open go on, on whichever account. */
  update(config: Config): void
  close(): void
}

export interface AccountsOptions {
  redis: RedisClient
  onHealth: (account: AccountInUse, reason: OpenReason | undefined) => void
  onError: (error: unknown) => void
  /** How WhatsApp rates a number; undefined where that is not known. */
  ratingOf?(tenant: string, number: string): string | undefined
  /** Hears what the headers of Infobip's answers say beside them. */
  onNotices?: InfobipClientOptions['onNotices']
  userAgent?: string
}

/** Infobip's published limits: mark-as-read 10 a second, logs 120 a minute. */
const READS_PER_SECOND = 10
const LOGS_PER_SECOND = 2

type Mutable = { -readonly [Key in keyof AccountInUse]: AccountInUse[Key] } & { key: string }

export function createAccounts(config: Config, options: AccountsOptions): Accounts {
  const { redis, onError } = options
  const createGate = createRateLimiters(redis)
  const gates = new Map<string, RateLimiter>()
  const inUse = new Map<string, Mutable>()
  const formers = createFormerAccounts(closeUnused)
  /** By tenant, then by number: joined, the two would be a text to build and to hash for every command. */
  let bySender: ReadonlyMap<string, ReadonlyMap<string, Gated & { account: Mutable }>> = new Map()

  function gate(name: string, perSecond: number): RateLimiter {
    const id = `${name} ${perSecond}`
    const known = gates.get(id) ?? createGate(name, perSecond)
    gates.set(id, known)
    return known
  }

  function open(tenant: string, settings: Account): Mutable {
    const name = nameOf({ tenant, settings })
    const pacers = new Map<string, SenderRateLimiter>()
    const paces = new Map<string, BulkPace>()
    const slots = createSemaphore(MOST_OPEN_REQUESTS)
    const health = createCircuitBreaker({
      redis,
      name,
      probe: () => probe(account),
      onChange: (reason) => {
        if (reason !== undefined) for (const pacer of pacers.values()) pacer.interrupt()
        options.onHealth(account, reason)
      },
      onThrottled: () => {
        for (const { number } of account.settings.senders) paceOf(number).cut(performance.now())
      },
      onError,
    })
    function paceOf(number: string): BulkPace {
      const pace = paces.get(number) ?? createBulkPace()
      paces.set(number, pace)
      return pace
    }

    function bulkShare(number: string): number {
      return paceOf(number).share(performance.now(), options.ratingOf?.(tenant, number))
    }

    function bulkGate(number: string): RateLimiter | undefined {
      const share = bulkShare(number)
      return share >= 100 ? undefined : gate('bulk', (rateOf(account.settings, number) * share) / 100)
    }

    const account: Mutable = {
      key: name,
      tenant,
      settings,
      indicatorSlots: createSemaphore(MOST_OPEN_INDICATORS),
      client: createClient(settings, () => account.settings),
      health,
      logs: createLogLookup({
        key: name,
        gate: gate('logs', LOGS_PER_SECOND),
        most: maxLogIds,
        fetchLogs: async (ids, askers) => {
          const ask = { method: 'GET', template: '/omni/1/logs', askers } as const
          return readLogs(await callInfobip(account, ask, (call) => account.client.omniLogs(ids, call)), Date.now())
        },
        onThrottled: () => {},
        sleep: (ms) => sleep(ms),
        onError,
      }),
      reads: gate('reads', READS_PER_SECOND),
      bulkShare: ({ number }) => bulkShare(number),
      pair: ({ pairPerSecond }) => (pairPerSecond === undefined ? undefined : gate('pair', pairPerSecond)),
      pacer: ({ number }) => {
        const known = pacers.get(number)
        if (known !== undefined) return known
        const pacer = createSenderRateLimiter({
          key: `${tenant}:${number}`,
          gate: () => gate('send', rateOf(account.settings, number)),
          bulkGate: () => bulkGate(number),
          slots,
          throttledMs: () => health.throttledMs('sends'),
          sleep: (ms) => sleep(ms),
          onError,
        })
        pacers.set(number, pacer)
        return pacer
      },
    }
    return account
  }

  function createClient(settings: Account, current: () => Account): InfobipClient {
    return createInfobipClient({
      baseUrl: settings.baseUrl,
      apiKey: () => current().apiKey.reveal(),
      ...(options.userAgent === undefined ? {} : { userAgent: options.userAgent }),
      ...(options.onNotices === undefined ? {} : { onNotices: options.onNotices }),
    })
  }

  function update(next: Config): void {
    const seen = new Set<string>()
    const senders = new Map<string, Map<string, Gated & { account: Mutable }>>()
    const retired: Mutable[] = []
    for (const tenant of Object.values(next.tenants)) {
      if (tenant === undefined) continue
      const ofTenant = new Map<string, Gated & { account: Mutable }>()
      senders.set(tenant.id, ofTenant)
      for (const settings of tenant.accounts) {
        const key = nameOf({ tenant: tenant.id, settings })
        seen.add(key)
        const known = inUse.get(key)
        // Its client goes to one URL; another one is another account, though its name may be the same.
        const moved = known !== undefined && known.settings.baseUrl !== settings.baseUrl
        if (moved) retired.push(known)
        const account = known === undefined || moved ? open(tenant.id, settings) : known
        inUse.set(key, account)
        const changed = fingerprint(account.settings) !== fingerprint(settings)
        account.settings = settings
        if (changed) account.health.reconsider()
        for (const sender of settings.senders) {
          const gates = gateModes(tenant, settings, sender)
          ofTenant.set(sender.number, { account, sender, gates, budgets: senderBudgets(tenant, settings) })
        }
      }
    }
    keepFormerOwners(bySender, senders)
    bySender = senders
    for (const [key, account] of inUse) {
      if (seen.has(key)) continue
      inUse.delete(key)
      retired.push(account)
    }
    for (const account of retired) {
      account.health.close()
      closeUnused(account)
    }
  }

  function keepFormerOwners(before: typeof bySender, after: typeof bySender): void {
    for (const [tenant, numbers] of before) {
      for (const [number, { account }] of numbers) {
        if (after.get(tenant)?.get(number)?.account !== account) formers.add({ tenant, number, account })
      }
    }
  }

  /** Its open requests get their answers all the same: a client ends with the last one. */
  function closeUnused(account: AccountInUse): void {
    if (inUse.get(nameOf(account)) !== account && !formers.has(account)) void account.client.close()
  }

  update(config)
  return {
    find: (tenant, number) => bySender.get(tenant)?.get(number),
    knows: (tenant) => bySender.has(tenant),
    findMaker: (request) => {
      const { tenant, number, hash } = request
      const current = [...inUse.values()].find(
        (one) => one.tenant === tenant && accountHash(one.settings.baseUrl) === hash,
      )
      return (
        current ??
        formers.findMaker(request) ??
        (hash === undefined ? bySender.get(tenant)?.get(number)?.account : undefined)
      )
    },
    all: () => [...inUse.values()],
    update,
    close: () => {
      formers.close()
      for (const { health, client } of inUse.values()) {
        health.close()
        void client.close()
      }
    },
  }
}

function nameOf({ tenant, settings }: Pick<AccountInUse, 'tenant' | 'settings'>): string {
  return `${tenant}/${settings.id}`
}

function rateOf(settings: Account, number: string): number {
  return settings.senders.find((sender) => sender.number === number)?.messagesPerSecond ?? 80
}

/** What decides whether the account answers. Never leaves this process. */
function fingerprint({ baseUrl, apiKey, senders }: Account): string {
  return JSON.stringify([baseUrl, apiKey.reveal(), senders])
}

async function probe(account: AccountInUse): Promise<ProbeAnswer> {
  // Nobody's command: a trace of its own.
  const ask = { method: 'GET', template: '/omni/1/scenarios', askers: [ROOT_CONTEXT] } as const
  return readProbe(await callInfobip(account, ask, (call) => account.client.scenarios(call)))
}

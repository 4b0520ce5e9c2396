import type { WebhookSettings } from '../settings.ts'
import type { Webhook, WebhookAttempt, WebhookKind } from '../store/entities.ts'
import { writeJson } from '../wire/json.ts'
import { traceIdOf } from '../wire/trace-id.ts'
import { webhookActions } from '../faults/fault.ts'
import { urlsFor } from '../subscriptions/subscribers.ts'
import type { World } from '../world.ts'
import { authHeaders } from './sign.ts'

/** One result on its way to the other side. */
export interface OutgoingResult {
  accountId: string
  kind: WebhookKind
  /** Of the request that asked for it; else the account's own. */
  url?: string | undefined
  result: Record<string, unknown>
  /** `results` collects, `single` is an object of its own. */
  envelope: 'results' | 'inbound' | 'single'
  messageIds: string[]
  customerId: string
  /** The business number, where a subscription may name some. */
  sender?: string
  /** Sent once, whatever becomes of it. */
  once?: boolean
}

export interface Outbox {
  /** Resolves once the webhook has had its first answer, or was put off. */
  send(result: OutgoingResult): Promise<void>
  /** Several results as one webhook, whatever the batch setting. */
  sendTogether(results: readonly OutgoingResult[]): Promise<void>
  /** The same bytes once more, now. */
  deliverAgain(webhook: Webhook): Promise<WebhookAttempt>
  /** Takes up the retries of webhooks that a former process left. */
  resume(): void
  close(): Promise<void>
}

const MINUTE_MS = 60_000
/** What is kept of an answer, for the inspector. */
const ANSWER_BYTES = 4096

/** Infobip's documented schedule for the nth retry, counted from 0: `1 min + 1 min * n²`. */
export const retryDelayMs = (retry: number): number => MINUTE_MS + MINUTE_MS * retry ** 2

export function createOutbox(world: World): Outbox {
  const waiting = new Map<string, OutgoingResult[]>()
  const inFlight = new Set<Promise<unknown>>()
  const stopping = new AbortController()

  const track = <T>(work: Promise<T>): Promise<T> => {
    inFlight.add(work)
    void work.finally(() => inFlight.delete(work)).catch(() => undefined)
    return work
  }

  const settingsOf = (accountId: string): WebhookSettings =>
    world.accountOf(accountId)?.webhooks ?? world.settings.webhooks

  const attempt = async (webhook: Webhook): Promise<WebhookAttempt> => {
    const settings = settingsOf(webhook.accountId)
    const at = world.clock.now()
    const started = performance.now()
    const done = (outcome: Omit<WebhookAttempt, 'at' | 'durationMs'>): WebhookAttempt => ({
      at,
      durationMs: Math.round(performance.now() - started),
      ...outcome,
    })
    try {
      const answer = await world.http.send(webhook.url, {
        method: 'POST',
        body: webhook.body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'infobip-emulator',
          ...(isConfigured(webhook, settings)
            ? { ...settings.headers, ...authHeaders(settings.auth, webhook.body, at) }
            : {}),
        },
        timeoutMs: settings.timeoutMs,
        keepBytes: ANSWER_BYTES,
        signal: stopping.signal,
      })
      const traceId = traceIdOf(answer.headers)
      return done({
        status: answer.status,
        body: answer.body.toString('utf8'),
        ...(traceId === undefined ? {} : { traceId }),
      })
    } catch (error) {
      return done({ problem: error instanceof Error ? error.message || error.name : String(error) })
    }
  }

  const deliver = async (webhook: Webhook): Promise<void> => {
    // "Deliver again" may have succeeded while a retry was due.
    if (stopping.signal.aborted || webhook.state !== 'waiting') return
    const result = await attempt(webhook)
    // What was reset meanwhile is tried no more.
    if (stopping.signal.aborted || !world.store.isCurrent(webhook)) return
    webhook.attempts.push(result)
    const retry = webhook.tries++
    if (taken(result)) {
      settle(webhook)
    } else if (webhook.once === true || retry >= settingsOf(webhook.accountId).maxRetries) {
      webhook.state = 'given-up'
      delete webhook.nextAt
    } else {
      webhook.nextAt = world.clock.now() + retryDelayMs(retry)
      retryLater(webhook)
    }
    world.store.put('webhook', webhook)
  }

  /** The other side has it; a customer's message shows that as a second tick. */
  const settle = (webhook: Webhook): void => {
    webhook.state = 'accepted'
    delete webhook.nextAt
    if (webhook.kind !== 'inbound') return
    for (const message of webhook.messageIds.flatMap((id) => world.store.byMessageId(id))) {
      if (message.direction !== 'from-customer') continue
      message.takenAt ??= world.clock.now()
      world.store.put('message', message)
    }
  }

  const retryLater = (webhook: Webhook): void => {
    if (webhook.nextAt !== undefined) world.clock.schedule(webhook.nextAt, () => track(deliver(webhook)))
  }

  const open = (results: readonly OutgoingResult[], url: string): Webhook | undefined => {
    const [first] = results
    if (first === undefined) return undefined
    const webhook: Webhook = {
      id: `webhook-${world.random.webhooks.text(12)}`,
      seq: world.store.nextSeq(),
      at: world.clock.now(),
      accountId: first.accountId,
      kind: first.kind,
      url,
      body: writeJson(envelope(first.envelope, results)),
      messageIds: [...new Set(results.flatMap((one) => one.messageIds))],
      state: 'waiting',
      tries: 0,
      ...(first.once === true ? { once: true } : {}),
      attempts: [],
    }
    world.store.put('webhook', webhook)
    for (const messageId of webhook.messageIds) {
      for (const message of world.store.byMessageId(messageId)) {
        message.webhookIds.push(webhook.id)
        world.store.put('message', message)
      }
    }
    return webhook
  }

  const dispatch = async (results: readonly OutgoingResult[], url: string): Promise<void> => {
    const webhook = open(results, url)
    if (webhook === undefined) return
    const fault = world.faults.strike(webhookActions, {
      account: webhook.accountId,
      kind: webhook.kind,
      to: results.map((one) => one.customerId),
    })
    switch (fault?.action) {
      case undefined:
        return deliver(webhook)
      case 'webhook-lose':
        webhook.state = 'lost'
        return world.store.put('webhook', webhook)
      case 'webhook-late':
        webhook.nextAt = world.clock.now() + fault.delayMs
        world.store.put('webhook', webhook)
        return retryLater(webhook)
      case 'webhook-reorder':
        webhook.nextAt = world.clock.now() + world.random.webhooks.below(fault.withinMs + 1)
        world.store.put('webhook', webhook)
        return retryLater(webhook)
      case 'webhook-duplicate': {
        await Promise.all([
          deliver(webhook),
          ...Array.from({ length: fault.copies }, async () => {
            const copy = await attempt(webhook)
            webhook.attempts.push(copy)
            world.store.put('webhook', webhook)
          }),
        ])
      }
    }
  }

  const urlsOf = ({ url, accountId, kind, sender }: OutgoingResult): string[] => {
    if (url !== undefined) return [url]
    const { baseUrl, paths } = settingsOf(accountId)
    const ownUrl = baseUrl === null ? undefined : `${baseUrl.replace(/\/$/, '')}/${pathFor(kind, paths)}`
    return urlsFor(world, { accountId, kind, sender }, ownUrl)
  }

  const send = async (result: OutgoingResult): Promise<void> => {
    await Promise.all(urlsOf(result).map((url) => sendTo(url, result)))
  }

  const sendTo = (url: string, result: OutgoingResult): Promise<void> => {
    const { batch } = settingsOf(result.accountId)
    if (batch.maxResults <= 1 || result.envelope === 'single') return track(dispatch([result], url))
    const key = `${result.accountId} ${result.kind} ${result.envelope} ${url}`
    const bucket = waiting.get(key)
    if (bucket === undefined) {
      waiting.set(key, [result])
      world.clock.schedule(world.clock.now() + batch.windowMs, () => flush(key, url))
      return Promise.resolve()
    }
    bucket.push(result)
    return bucket.length >= batch.maxResults ? flush(key, url) : Promise.resolve()
  }

  const flush = (key: string, url: string): Promise<void> => {
    const bucket = waiting.get(key)
    waiting.delete(key)
    return bucket === undefined ? Promise.resolve() : track(dispatch(bucket, url))
  }

  return {
    send,
    async sendTogether(results) {
      const [first] = results
      const urls = first === undefined ? [] : urlsOf(first)
      await Promise.all(urls.map((url) => track(dispatch(results, url))))
    },
    async deliverAgain(webhook) {
      const result = await track(attempt(webhook))
      webhook.attempts.push(result)
      if (taken(result)) settle(webhook)
      world.store.put('webhook', webhook)
      return result
    },
    resume() {
      for (const webhook of world.store.all('webhook')) {
        if (webhook.state !== 'waiting') continue
        webhook.nextAt ??= world.clock.now()
        retryLater(webhook)
      }
    },
    async close() {
      stopping.abort()
      await Promise.allSettled(inFlight)
    },
  }
}

const taken = ({ status }: WebhookAttempt): boolean => status !== undefined && status >= 200 && status < 300

/**
 * Credentials are for the other side of the configuration alone: a request may ask for a webhook to anywhere, and a
 * query of the bill has a URL of its own, which is all that Infobip knows of it.
 */
function isConfigured({ url, kind }: Webhook, { baseUrl }: WebhookSettings): boolean {
  return kind !== 'usage' && baseUrl !== null && new URL(url).origin === new URL(baseUrl).origin
}

function envelope(kind: OutgoingResult['envelope'], results: readonly OutgoingResult[]): unknown {
  const all = results.map((one) => one.result)
  switch (kind) {
    case 'results':
      return { results: all }
    case 'inbound':
      return { results: all, messageCount: all.length, pendingMessageCount: 0 }
    case 'single':
      return all[0]
  }
}

function pathFor(kind: WebhookKind, paths: WebhookSettings['paths']): string {
  switch (kind) {
    case 'inbound':
      return paths.inbound
    case 'delivery':
      return paths.delivery
    case 'seen':
      return paths.seen
    case 'typing':
    case 'clicked':
    case 'template':
    case 'identity':
    case 'payment':
    case 'consent':
    case 'blocklist':
    case 'call':
    case 'echo':
    case 'usage':
    case 'raw':
      return paths.other
  }
}

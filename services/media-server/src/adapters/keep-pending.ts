import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '@imchannel/config'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import type { PendingMedia, PendingMediaItem } from '@imchannel/media-store'
import { nextTry } from '../domain/next-try.ts'
import type { InboundMedia, InboundOutcome } from './inbound-media.ts'

export interface KeepPendingOptions {
  readonly inbound: InboundMedia
  readonly pending: PendingMedia
  readonly config: () => Config
  readonly log: Logger
}

/** Keeps media, and tries again those that could not be kept, beside the topic: whatever is away holds up nobody else. */
export interface PendingKeeper {
  /** False when it failed and too many wait already. Rejects with Redis's error. */
  keep(media: PendingMediaItem): Promise<boolean>
  start(): void
  stop(): Promise<void>
}

const fn = 'keepInboundMedia'
const LOOK_EVERY_MS = 1_000
/** Tries at once of all, and of one tenant: an account that is away keeps each of them waiting. */
const MOST_AT_ONCE = 40
const MOST_OF_TENANT = 8
/** Longer than any try takes: a turn at Infobip, another instance's fetch, 100 MB. */
const LEASE_MS = 10 * 60_000

export function createPendingKeeper({ inbound, pending, config, log }: KeepPendingOptions): PendingKeeper {
  const stopped = new AbortController()
  const running = new Map<PendingMediaItem, Promise<void>>()
  let loop: Promise<void> | undefined

  /** When to try again; undefined where it is kept, or never will be. */
  async function tryOnce(media: PendingMediaItem): Promise<number | undefined> {
    const tenant = config().tenants[media.tenant]
    const kept: InboundOutcome =
      tenant === undefined
        ? { ok: false, code: 'not_found', detail: 'there is no such tenant', mayPass: false }
        : await inbound.keep(tenant, media)
    if (kept.ok) return undefined
    const at = nextTry(kept, media.expiresAt, Date.now())
    const where = { fn, tenant: media.tenant }
    if (at === undefined) log.warn(where, line`a customer's media cannot be kept: ${raw(kept.code)} ${kept.detail}`)
    else log.info(where, line`a customer's media is tried again: ${raw(kept.code)} ${kept.detail}`)
    return at
  }

  async function tryAgain(media: PendingMediaItem): Promise<void> {
    // What fails here is Redis: then it comes up again when its lease is over.
    await pending.settle(media, await tryOnce(media))
  }

  async function takeDue(): Promise<void> {
    const free = MOST_AT_ONCE - running.size
    if (free <= 0) return
    const now = Date.now()
    for (const media of await pending.take(free, { now, until: now + LEASE_MS })) {
      const ofTenant = [...running.keys()].filter(({ tenant }) => tenant === media.tenant).length
      if (ofTenant >= MOST_OF_TENANT) {
        await pending.settle(media, now + LOOK_EVERY_MS)
        continue
      }
      const trying = tryAgain(media)
        .catch((error: unknown) => log.error({ fn }, 'a media item could not be kept now', error))
        .finally(() => running.delete(media))
      running.set(media, trying)
    }
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      await takeDue().catch((error: unknown) => log.error({ fn }, 'Redis did not say what is due', error))
      await sleep(LOOK_EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  }

  return {
    async keep(media) {
      const at = await tryOnce(media)
      return at === undefined || pending.add(media, at)
    },
    start() {
      loop ??= run()
    },
    async stop() {
      stopped.abort()
      await loop
    },
  }
}

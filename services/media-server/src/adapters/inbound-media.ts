import { setTimeout as sleep } from 'node:timers/promises'
import type { Account, Tenant } from '@imchannel/config'
import { objectionToMediaUrl } from '@imchannel/infobip'
import type { InfobipClient, MediaResult } from '@imchannel/infobip'
import { inboundKey, inboundMediaId, upperBound } from '@imchannel/media-store'
import type { InboundMediaClaim, MediaRef, MediaStore } from '@imchannel/media-store'
import type { RedisClient } from '@imchannel/redis'
import { inClientSpan } from '@imchannel/telemetry'
import type { MediaServerErrorCode } from '../errors.ts'
import type { AccountPace } from './account-pace.ts'
import { withLease } from './redis-lease.ts'

/** Where a customer's media is now, or why it is not to be had; `detail` is for the reader. */
export type InboundOutcome =
  | { readonly ok: true; readonly ref: MediaRef; readonly how: 'kept' | 'fetched' }
  | {
      readonly ok: false
      readonly code: MediaServerErrorCode
      readonly detail: string
      /** Whether another try may succeed: not where the answer was about this very media item. */
      readonly mayPass: boolean
    }

export interface InboundMedia {
  /** Makes sure that the media is kept here: one fetch from Infobip for however many ask. Rejects with Redis's error. */
  keep(tenant: Tenant, claim: Pick<InboundMediaClaim, 'sender' | 'url'>): Promise<InboundOutcome>
}

export interface InboundMediaOptions {
  readonly redis: RedisClient
  /** Of customers' media: their ids are derived, so they must not be those of media that are served without a token. */
  readonly store: MediaStore
  readonly clientOf: (tenant: Tenant, account: Account) => Pick<InfobipClient, 'openInboundMedia'>
  readonly pace: AccountPace
  readonly ttlMs: () => number
}

interface InboundMediaItem extends Pick<InboundMediaClaim, 'sender' | 'url'> {
  readonly ref: MediaRef
}

/** How long a reader waits for its turn at Infobip, and for another instance's fetch. */
const MAX_PACE_MS = 10_000
const MAX_WAIT_MS = 60_000
const LOOK_EVERY_MS = 100

const BUSY = passing('busy', 'many media are being fetched; try again')

export function createInboundMedia({ redis, store, clientOf, pace, ttlMs }: InboundMediaOptions): InboundMedia {
  const flights = new Map<string, Promise<InboundOutcome>>()

  async function fetch(
    tenant: Tenant,
    account: Account,
    { ref, sender, url }: InboundMediaItem,
  ): Promise<InboundOutcome> {
    const waitMs = await pace(`${tenant.id}:${account.id}`, MAX_PACE_MS)
    if (waitMs === undefined) return BUSY
    await sleep(waitMs)
    const maxBytes = upperBound('document')
    const opened = await inClientSpan(
      {
        method: 'GET',
        url,
        template: '{inbound media}',
        isAnyHost: true,
        attributes: { 'imchannel.tenant': tenant.id, 'imchannel.account': account.id },
      },
      // Without a trace header: the URL may lead to any host that the account allows.
      () => {
        const { mediaHosts } = account
        return clientOf(tenant, account).openInboundMedia(url, { method: 'GET', sender, maxBytes, mediaHosts })
      },
      (result) => ({
        status: result.kind === 'refused' ? result.status : undefined,
        error: result.kind === 'found' ? undefined : result.kind,
      }),
    )
    if (opened.kind !== 'found') return failed(opened)
    try {
      const { body, contentType, contentLength } = opened
      const stored = await store.put(body, {
        tenant: tenant.id,
        id: ref.id,
        kind: 'document',
        contentType,
        trustBytes: true,
        size: contentLength,
        ttlMs: ttlMs(),
      })
      if (stored.ok) return { ok: true, ref, how: 'fetched' }
      const { reason, detail } = stored.refusal
      if (reason === 'over-budget') return passing('over_budget', detail)
      return reason === 'too-large' ? lasting('infobip_refused', detail) : passing('infobip_refused', detail)
    } catch (error) {
      // The store rejects with Redis's error, or with the body's when Infobip breaks off.
      if (opened.body.errored === null) throw error
      return passing('infobip_refused', 'Infobip broke off')
    } finally {
      opened.body.destroy()
    }
  }

  async function keepOnce(tenant: Tenant, account: Account, media: InboundMediaItem): Promise<InboundOutcome> {
    const deadline = performance.now() + MAX_WAIT_MS
    while (performance.now() < deadline) {
      if ((await store.head(media.ref)) !== undefined) return { ok: true, ref: media.ref, how: 'kept' }
      const fetched = await withLease(redis, `${inboundKey(media.ref.id)}:lease`, async () => {
        // Whoever held the lease a moment ago may have stored it.
        if ((await store.head(media.ref)) !== undefined) return { ok: true, ref: media.ref, how: 'kept' } as const
        return fetch(tenant, account, media)
      })
      if (fetched !== undefined) return fetched
      await sleep(LOOK_EVERY_MS)
    }
    return BUSY
  }

  return {
    async keep(tenant, { sender, url }) {
      const account = tenant.accounts.find(({ senders }) => senders.some(({ number }) => number === sender))
      if (account === undefined) return lasting('not_found', 'no account of the tenant has this number')
      // Known before anything is asked for: no lease, no pace and no request for what is no media of this sender.
      const parsed = URL.parse(url)
      const { baseUrl, mediaHosts } = account
      if (parsed === null || objectionToMediaUrl(parsed, { baseUrl, sender, mediaHosts }) !== undefined)
        return lasting('not_found', 'its URL is not that of a media item of this number')
      const ref: MediaRef = { tenant: tenant.id, id: inboundMediaId({ tenant: tenant.id, sender, url }) }
      const flying = flights.get(ref.id)
      if (flying !== undefined) return flying
      const flight = keepOnce(tenant, account, { ref, sender, url }).finally(() => flights.delete(ref.id))
      flights.set(ref.id, flight)
      return flight
    },
  }
}

/** Of the account or of what stands between: the key, the load, the time. Other refusals are the media's own. */
const PASSING_STATUS = new Set([401, 403, 407, 408, 425, 429])

function failed(result: Exclude<MediaResult, { kind: 'found' }>): InboundOutcome {
  switch (result.kind) {
    case 'gone':
      return lasting('gone', 'Infobip keeps a media item for seven days')
    case 'forbidden-url':
      return lasting('not_found', `its URL is not fetched: ${result.reason}`)
    case 'too-large':
      return lasting('infobip_refused', `it has ${result.contentLength} bytes, more than WhatsApp allows`)
    case 'throttled':
      return passing('busy', 'Infobip takes no more requests now; try again')
    case 'refused': {
      const { status } = result
      const isOwn = status >= 400 && status < 500 && !PASSING_STATUS.has(status)
      return (isOwn ? lasting : passing)('infobip_refused', `Infobip answered with status ${status}`)
    }
    case 'unreachable':
      return passing('infobip_refused', 'Infobip could not be reached')
  }
}

function passing(code: MediaServerErrorCode, detail: string): InboundOutcome {
  return { ok: false, code, detail, mayPass: true }
}

function lasting(code: MediaServerErrorCode, detail: string): InboundOutcome {
  return { ok: false, code, detail, mayPass: false }
}

import { createHash, randomUUID } from 'node:crypto'
import { runScript } from '@imchannel/redis'
import type { RedisClient } from '@imchannel/redis'
import { collectChunks } from './collect-chunks.ts'
import { earlyLimit, judgeContent } from './judge-content.ts'
import type { ContentVerdict } from './judge-content.ts'
import { FILL_MS } from './storage-quota.ts'
import type { Booking, StorageQuota } from './storage-quota.ts'
import { chunkCount } from './media-key.ts'
import type { MediaKind } from './media-kind.ts'
import type { MediaRefusal } from './media-refusal.ts'
import { keyIn } from './media-room.ts'
import type { MediaRoom } from './media-room.ts'
import { encodeMeta } from './media-item.ts'
import type { MediaItem, MediaMeta } from './media-item.ts'
import { sanitiseFilename } from './sanitise-filename.ts'
import { commitScript } from './scripts.ts'
import { writeChunk } from './write-chunk.ts'

/** What is known of a media item before its bytes. */
export interface MediaExpectation {
  readonly tenant: string
  /** Kind that it is to be sent as; told from the type where nobody said. */
  readonly kind?: MediaKind | undefined
  /** Declared type; it must agree with the bytes. */
  readonly contentType?: string | undefined
  /** Where they disagree the bytes are believed instead: for copies of what we do not answer for. */
  readonly trustBytes?: boolean | undefined
  /** Bytes, where they are known beforehand. */
  readonly size?: number | undefined
  readonly filename?: string | undefined
  /** Life in ms from now. */
  readonly ttlMs: number
  /** Fixed id instead of a random one: for copies of what has a name elsewhere. */
  readonly id?: string | undefined
}

export type PutOutcome =
  | { readonly ok: true; readonly media: MediaItem; readonly expiresAt: number }
  | { readonly ok: false; readonly refusal: MediaRefusal }

export interface PutDependencies {
  readonly redis: RedisClient
  readonly account: StorageQuota
  readonly room: MediaRoom
  readonly now: () => number
}

/** What is booked ahead for a media item whose size is not known. */
const BOOKING_STEP_BYTES = 4 * 1024 * 1024

/**
 * Streams a media item into Redis, holding two chunks of it at most. Rejects with the source's or Redis's error; whatever
 * the end, nothing stays that is not a whole media item (after a crash: for {@link FILL_MS}).
 */
export async function putMedia(
  { redis, account, room, now }: PutDependencies,
  source: AsyncIterable<Uint8Array>,
  expectation: MediaExpectation,
): Promise<PutOutcome> {
  const id = expectation.id ?? randomUUID()
  const key = keyIn(room, id)
  const entry = { tenant: expectation.tenant, key }
  const hash = createHash('sha256')
  let verdict: Extract<ContentVerdict, { ok: true }> | undefined
  let limit = earlyLimit(expectation.kind, expectation.contentType)
  let size = 0
  let booked = 0
  let writing: Promise<void> = Promise.resolve()

  async function write(index: number, chunk: Buffer): Promise<void> {
    if (!(await writeChunk(redis, { key, index, bytes: chunk, fillMs: FILL_MS }))) throw new FillingVanishedError()
  }

  /** Books ahead, so that not every chunk asks; near the end of the budget, no more than what is there already. */
  async function book(): Promise<boolean> {
    const ahead = Math.min(limit, Math.max(size, expectation.size ?? booked + BOOKING_STEP_BYTES))
    if (await account.enter(entry, { bytes: ahead, lookAgainInMs: FILL_MS, effort: 'easy' })) booked = ahead
    else if (await account.enter(entry, { bytes: size, lookAgainInMs: FILL_MS, effort: 'full' })) booked = size
    return booked >= size
  }

  async function fill(): Promise<MediaRefusal | undefined> {
    if ((expectation.size ?? 0) > limit) return tooLarge(limit)
    let index = 0
    for await (const chunk of collectChunks(source)) {
      size += chunk.length
      if (verdict === undefined) {
        const judged = await judgeContent(chunk, expectation)
        if (!judged.ok) return judged.refusal
        verdict = judged
        limit = Math.min(limit, judged.maxBytes)
      }
      if (size > limit || (expectation.size ?? 0) > limit) return tooLarge(limit)
      if (size > booked && !(await book())) return overBudget(entry.tenant, room)
      hash.update(chunk)
      await writing
      writing = write(index, chunk)
      // Awaited before the next chunk is written; a failure must not count as unhandled until then.
      writing.catch(() => {})
      index += 1
    }
    await writing
    return undefined
  }

  async function commit(content: Extract<ContentVerdict, { ok: true }>): Promise<PutOutcome> {
    const storedAt = now()
    const filename = sanitiseFilename(expectation.filename)
    const meta: MediaMeta = {
      tenant: expectation.tenant,
      kind: content.kind,
      contentType: content.contentType,
      size,
      sha256: hash.digest('hex'),
      storedAt,
      ...(filename !== undefined && { filename }),
    }
    const booking: Booking = { bytes: size, lookAgainInMs: expectation.ttlMs, effort: 'full' }
    if (!(await account.enter(entry, booking))) return { ok: false, refusal: overBudget(entry.tenant, room) }
    const args = [encodeMeta(meta), chunkCount(size), expectation.ttlMs]
    if ((await runScript(redis, commitScript, [key], args)) !== 1) {
      throw new FillingVanishedError()
    }
    return { ok: true, media: { id, ...meta, commandIds: [] }, expiresAt: storedAt + expectation.ttlMs }
  }

  async function discard(): Promise<void> {
    await writing.catch(() => {})
    await redis.unlink(key)
    await account.release(entry)
  }

  try {
    const refusal = (await fill()) ?? (size === 0 ? EMPTY : undefined)
    const outcome: PutOutcome =
      refusal !== undefined || verdict === undefined ? { ok: false, refusal: refusal ?? EMPTY } : await commit(verdict)
    if (!outcome.ok && booked > 0) await discard()
    return outcome
  } catch (error) {
    // Not awaited: where Redis is away this would double the wait. Then the short expiry does it.
    if (booked > 0) discard().catch(() => {})
    throw error
  }
}

class FillingVanishedError extends Error {
  override name = 'FillingVanishedError'
  override message = 'the chunks of a media item went away while it was being stored'
}

const EMPTY: MediaRefusal = { reason: 'empty', detail: 'the media has no bytes' }

const CONTENT_OF: Readonly<Record<MediaRoom, string>> = {
  outbound: 'media to be sent',
  inbound: 'what customers sent',
}

function overBudget(tenant: string, room: MediaRoom): MediaRefusal {
  const detail = `the room of ${tenant} for ${CONTENT_OF[room]} is used up; remove some, or wait until some expire`
  return { reason: 'over-budget', detail }
}

function tooLarge(limit: number): MediaRefusal {
  return { reason: 'too-large', detail: `the media is larger than the ${limit} bytes that its kind may have` }
}

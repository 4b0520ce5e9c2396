import { runScript } from '@imchannel/redis'
import type { RedisClient, Script } from '@imchannel/redis'
import { freeBuffer } from './free-buffer.ts'
import { createMediaCache } from './media-cache.ts'
import { createStorageQuota } from './storage-quota.ts'
import { isMediaId, CHUNK_BYTES } from './media-key.ts'
import { keyIn } from './media-room.ts'
import type { MediaRoom } from './media-room.ts'
import { decodeMediaItem, DESCRIPTION_FIELDS, encodeCommandId } from './media-item.ts'
import type { MediaItem } from './media-item.ts'
import { memoryLimit } from './memory-limit.ts'
import { putMedia } from './put-media.ts'
import type { MediaExpectation, PutOutcome } from './put-media.ts'
import { readMedia } from './read-media.ts'
import type { ByteRange } from './read-media.ts'
import { forgetUsesScript, removeScript, touchScript, useScript } from './scripts.ts'

/** Names a media item: an id is worth something only together with its tenant. */
export interface MediaRef {
  readonly tenant: string
  readonly id: string
}

/** A command that is about to send a media item. */
export interface MediaUse {
  readonly commandId: string
  /** Milliseconds since 1970; now, where the command is not scheduled. */
  readonly sendAt?: number | undefined
  /** W3C trace context of the send. */
  readonly traceparent?: string | undefined
  /** Kafka key of the conversation. */
  readonly conversation?: string | undefined
}

/** Uses of a media item that are to be known no more. */
export interface ForgottenUses {
  readonly commandIds: ReadonlySet<string>
  /** Whether the last use is one of them, so that its conversation and trace go too. */
  readonly last: boolean
}

/** A media item on its way to whoever fetches it. */
export interface FetchedMedia {
  readonly media: MediaItem
  /** Redis's answer to EXPIRE, for a HEAD and a media item of one chunk; a larger one is touched when its GET is complete. */
  readonly expireReply: 0 | 1
  /** The first 256 KiB, for a GET. */
  readonly firstChunk?: Buffer
  /** Other answers are made of the same bytes: they are not given back. */
  readonly isShared: boolean
}

/** Media in Redis: one hash each, in chunks of 256 KiB. Every method rejects with ioredis's error when Redis fails. */
export interface MediaStore {
  /** Streams a media item in. Expected refusals are values; rejects with the source's error when that fails. */
  put(source: AsyncIterable<Uint8Array>, expectation: MediaExpectation): Promise<PutOutcome>
  /** The description alone; changes nothing. `undefined` when there is none, or one of another tenant. */
  head(ref: MediaRef): Promise<MediaItem | undefined>
  /** What a HEAD or the start of a GET needs, in one round trip; a HEAD prolongs the media's life. */
  fetch(ref: MediaRef, method: 'HEAD' | 'GET'): Promise<FetchedMedia | undefined>
  /** The bytes of a range, under back-pressure. Throws MediaVanishedError rather than end early. */
  read(media: MediaItem, range: ByteRange, firstChunk?: Buffer): AsyncGenerator<Buffer, void, void>
  /**
   * Gives back the memory of bytes that came from `fetch`, not shared, or `read`: once they are written, the kernel has them
   * and nobody looks at them any more. They are empty from then on. What is never given back is the garbage collector's.
   */
  giveBack(bytes: Buffer): void
  /** Sets the expiry again, a later one after a complete fetch. Answers Redis's reply to EXPIRE: 0 when the media is gone. */
  touch(ref: MediaRef, complete: boolean): Promise<0 | 1>
  /** Notes the command and keeps the media until 48 h after its time. `undefined` when there is no such media. */
  useFor(ref: MediaRef, use: MediaUse): Promise<MediaItem | undefined>
  /** Takes commands out of what a media item knows of its uses; false when there is no such media. */
  forgetUses(ref: MediaRef, uses: ForgottenUses): Promise<boolean>
  /** Ends a media item at once; false when there was none. */
  remove(ref: MediaRef): Promise<boolean>
  /** Bytes that media of this room hold, after what has expired was taken out. */
  countBytes(): Promise<number>
}

export interface MediaStoreOptions {
  /** Life after the last HEAD or complete GET, in ms. */
  readonly ttlAfterFetchMs: () => number
  /** Bytes that media of both rooms may hold in all; half of Redis's memory limit where it is not given. */
  readonly budgetBytes?: () => number | undefined
  /** Media to be sent where it is not given. */
  readonly room?: MediaRoom
  /** Among how many tenants a room is shared: one where it is not given. */
  readonly tenants?: () => number
  readonly now?: () => number
}

/** How long Infobip may take to fetch a media item after its command's time: its validity period ends there too. */
const USE_TTL_MS = 48 * 3_600_000

/** The limit of a running Redis changes by hand, if at all. */
const LIMIT_CACHE_MS = 10_000

export function createMediaStore(redis: RedisClient, options: MediaStoreOptions): MediaStore {
  const { room = 'outbound', tenants = () => 1, now = Date.now, ttlAfterFetchMs } = options
  const keyOf = (id: string): string => keyIn(room, id)
  const defaultBudget = cached(LIMIT_CACHE_MS, now, async () => halfOf(await memoryLimit(redis)))
  const hot = createMediaCache()
  const budget = async () => options.budgetBytes?.() ?? defaultBudget()
  const account = createStorageQuota(redis, { room, now, budget, tenants })

  async function describe({ tenant, id }: MediaRef): Promise<MediaItem | undefined> {
    if (!isMediaId(id)) return undefined
    const media = decodeMediaItem(id, await redis.hmget(keyOf(id), ...DESCRIPTION_FIELDS))
    return media?.tenant === tenant ? media : undefined
  }

  /** A media item and the fields asked for, whose life is longer from then on, unless it has more than `largest` bytes. */
  async function touchAndRead({ tenant, id }: MediaRef, fields: readonly string[], largest: number) {
    if (!isMediaId(id)) return undefined
    const args = [tenant, ttlAfterFetchMs(), largest]
    const [values, reply] = await readAndRun(redis, keyOf(id), fields, touchScript, args)
    const media = decodeMediaItem(id, values)
    if (media?.tenant !== tenant) return undefined
    const expireReply: 0 | 1 = reply === 1 ? 1 : 0
    return { media, expireReply, firstChunk: values[DESCRIPTION_FIELDS.length] }
  }

  return {
    head: describe,
    put: async (source, expectation) => putMedia({ redis, account, room, now }, source, expectation),
    countBytes: async () => account.sweep(),
    read: (media, range, firstChunk) => readMedia(redis, keyOf(media.id), media, range, firstChunk),
    giveBack: freeBuffer,

    async fetch(ref, method) {
      if (method === 'HEAD') {
        const found = await touchAndRead(ref, DESCRIPTION_FIELDS, Number.MAX_SAFE_INTEGER)
        return found && { media: found.media, expireReply: found.expireReply, isShared: false }
      }
      const key = keyOf(ref.id)
      const kept = hot.get(key)
      // With its only chunk a media item is complete, which spares a second round trip; a larger one keeps what it has.
      const read = await touchAndRead(ref, kept ? DESCRIPTION_FIELDS : FIELDS_WITH_CHUNK, CHUNK_BYTES)
      if (read === undefined) return undefined
      const { firstChunk, ...found } = read
      const { sha256, size } = found.media
      if (kept?.sha256 === sha256) return { ...found, firstChunk: kept.bytes, isShared: true }
      const bytes = firstChunk ?? (kept && (await redis.hgetBuffer(key, '0')))
      if (bytes == null) return { ...found, isShared: false }
      if (bytes.length === size) hot.note(key, { sha256, bytes })
      return { ...found, firstChunk: bytes, isShared: false }
    },

    async touch({ tenant, id }, complete) {
      const args = [tenant, complete ? ttlAfterFetchMs() : 0, Number.MAX_SAFE_INTEGER]
      return (await runScript(redis, touchScript, [keyOf(id)], args)) === 1 ? 1 : 0
    },

    async useFor(ref, { commandId, sendAt, traceparent = '', conversation = '' }) {
      if (!isMediaId(ref.id)) return undefined
      const keepMs = Math.max(0, (sendAt ?? now()) - now()) + USE_TTL_MS
      const args = [ref.tenant, encodeCommandId(commandId), traceparent, conversation, keepMs]
      return (await runScript(redis, useScript, [keyOf(ref.id)], args)) === 1 ? describe(ref) : undefined
    },

    async forgetUses({ tenant, id }, { commandIds, last }) {
      if (!isMediaId(id)) return false
      const args = [tenant, last ? '1' : '0', ...[...commandIds].map(encodeCommandId)]
      return (await runScript(redis, forgetUsesScript, [keyOf(id)], args)) === 1
    },

    async remove({ tenant, id }) {
      if (!isMediaId(id)) return false
      const removed = (await runScript(redis, removeScript, [keyOf(id)], [tenant])) === 1
      if (removed) await account.release({ tenant, key: keyOf(id) })
      return removed
    },
  }
}

const FIELDS_WITH_CHUNK = [...DESCRIPTION_FIELDS, '0'] as const

/** One round trip: fields of a hash, and a script on the same key. */
async function readAndRun(
  redis: RedisClient,
  key: string,
  fields: readonly string[],
  script: Script,
  args: readonly (string | number)[],
): Promise<[(Buffer | null)[], unknown]> {
  return Promise.all([redis.hmgetBuffer(key, ...fields), runScript(redis, script, [key], args)])
}

function halfOf(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : Math.floor(bytes / 2)
}

function cached<T>(forMs: number, now: () => number, load: () => Promise<T>): () => Promise<T> {
  let value: { readonly at: number; readonly of: T } | undefined
  return async () => {
    if (value === undefined || now() - value.at > forMs) value = { at: now(), of: await load() }
    return value.of
  }
}

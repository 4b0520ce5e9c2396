import type { Deprecations } from './api/deprecations.ts'
import type { Clock } from './clock.ts'
import type { FaultBook } from './faults/fault-book.ts'
import type { Random } from './random.ts'
import type { Reach } from './rules/reach.ts'
import type { Senders } from './senders.ts'
import type { AccountSettings, Settings } from './settings.ts'
import type { BlobStore } from './store/blob-store.ts'
import type { Store } from './store/store.ts'
import type { Requester } from './wire/http-request.ts'

/** What every part of the emulator works with. */
export interface World {
  readonly settings: Settings
  readonly clock: Clock
  readonly random: { ids: Random; faults: Random; webhooks: Random }
  readonly store: Store
  readonly blobs: BlobStore
  readonly faults: FaultBook
  readonly http: Requester
  /** The URL under which the other side reaches the emulator. */
  publicUrl(): string
  accountOf(id: string): AccountSettings | undefined
  readonly senders: Senders
  readonly reach: Reach
  readonly deprecations: Deprecations
  /** A line for the operator; nothing that is expected comes here. */
  warn(text: string): void
}

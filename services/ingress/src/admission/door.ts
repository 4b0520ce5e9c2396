import type { AddressLimiter } from '@imchannel/http'
import type { Admission } from './admission.ts'
import { createJobLane, type JobLane } from './job-lane.ts'
import type { Strangers } from './strangers.ts'

/** All that a request has to pass. */
export interface Door {
  /** Webhooks of known senders, from their headers until Kafka has them. */
  readonly webhooks: Admission
  /** Bodies that have yet to tell whose they are. */
  readonly strangers: Strangers
  readonly failedAuth: AddressLimiter
  /** Decompression for known senders: tenants take turns. */
  readonly decoding: JobLane
  /** The same for senders that are not known, by their networks: never in the way of the known. */
  readonly inspecting: JobLane
}

/** Two at once: a small body may become one of the limit's size. */
const DECODING = { concurrency: 2, maxWaiting: 1_000 }
const INSPECTING = { concurrency: 1, maxWaiting: 32 }

export function createDoor(parts: Pick<Door, 'webhooks' | 'strangers' | 'failedAuth'>): Door {
  return { ...parts, decoding: createJobLane(DECODING), inspecting: createJobLane(INSPECTING) }
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { ConfigSource } from '@imchannel/config'
import { createProducer, headerOf } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import { untilReady } from '@imchannel/lifecycle'
import { line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import type { Accounts } from './adapters/accounts.ts'
import { createParkedBacklog } from './adapters/parked-backlog.ts'
import type { ParkedBacklog } from './adapters/parked-backlog.ts'
import { createParkingQueue, PARKING_BATCH } from './adapters/parking-queue.ts'
import type { ParkingQueue } from './adapters/parking-queue.ts'
import { WINDOW } from './consumers.ts'
import { PLACE_HEADERS } from './domain/place.ts'
import { createParking } from './engine/parking.ts'
import type { Parking } from './engine/parking.ts'
import type { BindingOfTopic } from './engine/topic-bindings.ts'
import type { Instruments } from './instruments.ts'

export interface ParkingPartsOptions {
  client: KafkaClient
  parkedGroupId: string
  maxAgeMs: () => number
  log: Logger
  instruments: Instruments
  stopping: AbortSignal
  /** A parked topic that is to be read. */
  onNewTopic: (parked: string) => void
}

export interface ParkingLotOptions {
  config: ConfigSource
  accounts: Accounts
  log: Logger
  instruments: Instruments
  bindingOfTopic: BindingOfTopic
}

/** What parking stands on: the queue of copies, and the look at the parked topics. */
export interface ParkingParts {
  parkingQueue: ParkingQueue
  parkedBacklog: ParkedBacklog
}

/** Parking with its regular review. */
export interface ParkingLot {
  readonly parking: Parking
  startReviews(): void
  stopReviews(): void
}

const REVIEW_MS = 1_000

export function createParkingParts(options: ParkingPartsOptions): ParkingParts {
  const { client, parkedGroupId, maxAgeMs, log, instruments, stopping, onNewTopic } = options
  const parkedBacklog = createParkedBacklog({
    client,
    groupId: parkedGroupId,
    untilDone: (work, what) =>
      untilReady(work, {
        signal: stopping,
        onFailure: (error) => log.warn({ fn: 'parking' }, line`${raw(what)} could not be read: ${raw(String(error))}`),
      }),
    onNewTopic,
    maxAgeMs,
  })
  const parkingQueue = createParkingQueue({
    openProducer: () => createProducer(client, PARKING_BATCH),
    ensureTopic: (copy) => parkedBacklog.ensure(copy.topic, String(headerOf(copy, PLACE_HEADERS.topic))),
    onTopicGone: (topic) => parkedBacklog.gone(topic),
    sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    now: () => performance.now(),
    onTrouble: instruments.publishFailed,
  })
  return { parkingQueue, parkedBacklog }
}

export function openParkingLot(
  { parkingQueue: queue, parkedBacklog: backlog }: ParkingParts,
  { config, accounts, log, instruments, bindingOfTopic }: ParkingLotOptions,
): ParkingLot {
  const parking = createParking({
    queue,
    backlog,
    accounts,
    instruments,
    bindingOfTopic,
    maxWaiting: () => config.current().maxWaiting,
    window: { partition: WINDOW.partitionRecords, all: WINDOW.records },
    isWell: (tenant, account) =>
      accounts
        .all()
        .find((one) => one.tenant === tenant && one.settings.id === account)
        ?.health.unwell() === undefined,
    sleep: (ms) => sleep(ms),
  })
  let timer: NodeJS.Timeout | undefined
  let reviewing = false

  async function review(): Promise<void> {
    if (reviewing) return
    reviewing = true
    try {
      await parking.review()
    } catch (error) {
      log.warn({ fn: 'parking' }, line`parked topics could not be read: ${raw(String(error))}`)
    } finally {
      reviewing = false
    }
  }

  return {
    parking,
    startReviews: () => {
      timer = setInterval(() => void review(), REVIEW_MS)
    },
    stopReviews: () => clearInterval(timer),
  }
}

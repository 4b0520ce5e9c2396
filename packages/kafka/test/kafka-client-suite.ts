import { describe } from 'vitest'
import { codecTests } from './suite/codecs.ts'
import { deferralTests } from './suite/deferral.ts'
import { deliveryTests } from './suite/delivery.ts'
import { diversionTests } from './suite/diversion.ts'
import { groupTests } from './suite/group.ts'
import { isolationTests } from './suite/isolation.ts'
import { logTests } from './suite/log.ts'
import { outageTests } from './suite/outage.ts'
import { predecessorTests } from './suite/predecessors.ts'
import type { CreateConsumer } from './harness.ts'

/** A Kafka client library behind this package's consumer. */
export interface KafkaClientAdapter {
  name: string
  createConsumer: CreateConsumer
}

/** What every Kafka client has to do behind the port before it may be used, on a real broker. */
export function kafkaClientSuite(adapter: KafkaClientAdapter): void {
  describe(`${adapter.name} delivers`, () => deliveryTests(adapter))
  describe(`${adapter.name} decompresses`, () => codecTests(adapter))
  describe(`${adapter.name} leaves out`, () => isolationTests(adapter))
  describe(`${adapter.name} defers`, () => deferralTests(adapter))
  describe(`${adapter.name} diverts`, () => diversionTests(adapter))
  describe(`${adapter.name} in a group`, () => groupTests(adapter))
  describe(`${adapter.name} and the log`, () => logTests(adapter))
  describe(`${adapter.name} in an outage`, () => outageTests(adapter))
  describe(`${adapter.name} does not repeat its predecessors' bugs`, () => predecessorTests(adapter))
}

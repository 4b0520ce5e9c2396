import type { ConfigSource } from '@imchannel/config'
import type { OrderedConsumer } from '@imchannel/kafka'
import type { Accounts } from './adapters/accounts.ts'
import type { Parking } from './engine/parking.ts'
import type { Gauges } from './instruments.ts'

/** Lets `/metrics` read what only the running parts know. */
export function observe(
  gauges: Gauges,
  parts: { accounts: Accounts; parking: Parking; config: ConfigSource; consumers: Record<string, OrderedConsumer> },
): void {
  const { accounts, parking, config, consumers } = parts
  gauges.accountUnwell.addCallback((result) => {
    for (const { tenant, settings, health } of accounts.all()) {
      const reason = health.unwell()
      result.observe(reason === undefined ? 0 : 1, { tenant, account: settings.id, reason: reason ?? 'none' })
    }
  })
  gauges.tenantParked.addCallback((result) => {
    for (const { why, ...place } of parking.parked()) result.observe(1, { ...place, reason: why })
  })
  gauges.bulkShare.addCallback((result) => {
    for (const account of accounts.all()) {
      for (const sender of account.settings.senders) {
        // A number is no label: its last digits are enough to know it by.
        const labels = { tenant: account.tenant, account: account.settings.id, sender: `*${sender.number.slice(-4)}` }
        result.observe(account.bulkShare(sender) / 100, labels)
      }
    }
  })
  gauges.consumerLag.addCallback((result) => {
    for (const consumer of Object.values(consumers)) {
      for (const { topic, partition, lag } of consumer.lag())
        if (lag !== undefined) result.observe(lag, { topic, partition })
    }
  })
  gauges.oldestUnfinished.addCallback((result) => {
    for (const consumer of Object.values(consumers)) {
      for (const { topic, partition, oldestUnfinishedAt: at } of consumer.lag()) {
        result.observe(at === undefined ? 0 : Math.max(0, Date.now() - at) / 1000, { topic, partition })
      }
    }
  })
  gauges.lanes.addCallback((result) => {
    for (const [origin, consumer] of Object.entries(consumers)) {
      for (const [state, count] of Object.entries(consumer.lanes())) result.observe(count, { state, origin })
    }
  })
  gauges.configurationInfo.addCallback((result) => result.observe(1, { checksum: config.checksum() }))
}

import type { Meter } from '@opentelemetry/api'
import type { CostRecorded } from '@imchannel/events'

export interface CostCounters {
  count(cost: CostRecorded): void
}

/** Of a tenant: a bot that makes up its name anew each time must not make a series each time. */
const MOST_NAMES = 50
const OTHER = 'other'
const LAST_DIGITS = 4

/**
 * What messages cost, as counters: for watching, since floats and restarts lose what the events keep. The sums are those of
 * `imchannel costs`.
 */
export function createCostCounters(meter: Meter): CostCounters {
  const messages = meter.createCounter('imchannel.cost.messages', {
    description: 'Messages whose cost was written down, by whether they are charged',
  })
  const reported = meter.createCounter('imchannel.cost.reported', {
    description: 'What Infobip shows as their price, by currency',
  })
  const estimated = meter.createCounter('imchannel.cost.estimated', {
    description: 'What rate cards say of them, by currency',
  })
  // There from the start, without labels: a panel asks for them before the first price is known.
  reported.add(0)
  estimated.add(0)
  const senderOf = createBoundedNames()
  const sourceOf = createBoundedNames()

  return {
    count: (cost) => {
      const { tenant, category, billable, revision } = cost
      const labels = {
        tenant,
        // No number is a label: its last four digits tell a tenant's numbers apart.
        sender: senderOf(tenant, cost.from === undefined ? '-' : `*${cost.from.slice(-LAST_DIGITS)}`),
        category,
        source: sourceOf(tenant, cost.source ?? '-'),
      }
      if (cost.reported !== undefined) {
        const { currency, pricePerMessage } = cost.reported
        reported.add(Math.max(0, Number(pricePerMessage)), { ...labels, currency })
      }
      // A revision adds the price that was missing, and nothing else.
      if (revision > 1) return
      messages.add(1, { ...labels, billable })
      if (cost.estimate !== undefined) {
        estimated.add(Math.max(0, Number(cost.estimate.amount)), { ...labels, currency: cost.estimate.currency })
      }
    },
  }
}

/** The first names of each tenant as they are, every later one as `other`. */
function createBoundedNames(): (tenant: string, name: string) => string {
  const byTenant = new Map<string, Set<string>>()
  return (tenant, name) => {
    const names = byTenant.get(tenant) ?? new Set()
    byTenant.set(tenant, names)
    if (names.size < MOST_NAMES) names.add(name)
    return names.has(name) ? name : OTHER
  }
}

import { metrics } from '@opentelemetry/api'
import { limitOf } from '@imchannel/costs'
import type { KeptCount } from '@imchannel/fact-store'
import { line, raw, type Logger } from '@imchannel/logging'
import type { NamedCount } from './limited-tenants.ts'

/** One function for each thing that happens to the counts of budgets; none of them throws. */
export interface BudgetInstruments {
  /** What this instance, which follows Kafka, has counted. */
  counted(tenant: string, counts: readonly KeptCount[], names: readonly NamedCount[]): void
  /** This instance follows no longer. */
  ended(): void
  restored(tenant: string, hasKept: boolean): void
  wentBack(reason: string): void
  /** Nothing is counted, and no budget holds, until somebody does what the text says. */
  turnedOff(text: string): void
  turnedOn(): void
  failed(error: unknown): void
}

const LINE_MS = 10_000
const LAST_DIGITS = 4

export function createBudgetInstruments(log: Logger): BudgetInstruments {
  const meter = metrics.getMeter('imchannel')
  const counted = new Map<string, { counts: readonly KeptCount[]; names: readonly NamedCount[] }>()
  const gauge = (name: string, description: string, valueOf: (count: KeptCount, name: NamedCount) => number): void => {
    meter.createObservableGauge(`imchannel.budget.${name}`, { description }).addCallback((result) => {
      for (const [tenant, { counts, names }] of counted)
        counts.forEach((count, at) => {
          const named = names[at]
          if (named === undefined) return
          // No number is a label: its last four digits tell a tenant's numbers apart.
          const sender = count.scope === '-' ? '-' : `*${count.scope.slice(-LAST_DIGITS)}`
          result.observe(valueOf(count, named), { tenant, budget: count.budget, sender })
        })
    })
  }
  gauge('used', 'What budgets have counted in their period, messages or money', ({ used }, name) => inWhole(used, name))
  gauge('reserved', 'What of it no report has shown yet', ({ used, settled }, name) =>
    inWhole(Math.max(0, used - settled), name),
  )
  gauge('limit', 'What budgets allow in their period', (_, name) => inWhole(limitOf(name.rule), name))
  const rebuilds = meter.createCounter('imchannel.budget.rebuilds', {
    description: 'Times that counts of budgets were made anew, or read on from where they had gone back to, by why',
  })
  for (const why of ['emptied', 'behind']) rebuilds.add(0, { why })
  let isOff = false
  meter
    .createObservableGauge('imchannel.budget.off', { description: '1 where budgets cannot be kept, and none holds' })
    .addCallback((result) => result.observe(isOff ? 1 : 0))
  let [said, failedAt] = ['', -Infinity]

  return {
    counted: (tenant, counts, names) => counted.set(tenant, { counts, names }),
    ended: () => counted.clear(),
    restored: (tenant, hasKept) => {
      rebuilds.add(1, { why: 'emptied' })
      const from = hasKept
        ? 'what Kafka has kept of them is read'
        : 'nothing was kept of them, and they begin at nothing'
      log.info({ fn: 'budgets', tenant }, line`counts of budgets are not in Redis: ${raw(from)}`)
    },
    wentBack: (reason) => {
      rebuilds.add(1, { why: 'behind' })
      log.warn({ fn: 'budgets' }, line`commands of enforced budgets wait until counts are made anew: ${raw(reason)}`)
    },
    turnedOff: (text) => {
      isOff = true
      if (said !== text) log.warn({ fn: 'budgets' }, line`budgets are off, and no budget holds: ${raw(text)}`)
      said = text
    },
    turnedOn: () => {
      if (isOff) log.info({ fn: 'budgets' }, 'budgets are on')
      isOff = false
      said = ''
    },
    failed: (error) => {
      if (performance.now() - failedAt < LINE_MS) return
      failedAt = performance.now()
      const text = error instanceof Error ? error.message : String(error)
      log.warn({ fn: 'budgets' }, line`counts of budgets are not followed: ${raw(text)}`)
    },
  }
}

/** Messages, or money as a number: for watching alone. */
function inWhole(units: number, { rule }: NamedCount): number {
  return rule.currency === undefined ? units : units / 1e6
}

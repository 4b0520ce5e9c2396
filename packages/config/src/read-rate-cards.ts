import { InvalidRateCard, type RateCard, readRateCard } from '@imchannel/costs'
import type { z } from 'zod'
import { pathText } from './config-problem.ts'
import type { configSchema } from './schema.ts'
import { fileText, type Reading } from './substitute.ts'

type Tenants = z.output<typeof configSchema>['tenants']

/** The rate cards that accounts name, by the names that they have there. What is wrong with one is a problem of each account that names it. */
export function readRateCards({ tenants }: { readonly tenants: Tenants }, reading: Reading): Map<string, RateCard> {
  const cards = new Map<string, RateCard>()
  for (const [tenant, { accounts }] of Object.entries(tenants)) {
    accounts.forEach(({ rateCard: file }, index) => {
      if (file === undefined) return
      const path = ['tenants', tenant, 'accounts', index, 'rateCard']
      const before = reading.problems.length
      const text = fileText(file, path, reading)
      if (reading.problems.length > before) return
      try {
        cards.set(file, readRateCard(text))
      } catch (error) {
        if (!(error instanceof InvalidRateCard)) throw error
        for (const problem of error.message.split('\n')) {
          reading.problems.push({
            path: pathText(path),
            problem: `names a file that is no rate card: ${problem}`,
            remedy: 'correct the file, see docs/costs.md',
          })
        }
      }
    })
  }
  return cards
}

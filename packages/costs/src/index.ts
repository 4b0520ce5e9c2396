export {
  add,
  compareAmounts,
  isZero,
  noAmount,
  readAmount,
  subtract,
  writeAmount,
  type Amount,
} from './amounts/amount.ts'
export { createMoney, type Money, type MoneyTotal } from './amounts/money.ts'

export { isBillable, type BillableFacts } from './rules/billable.ts'
export { dayIn, monthOf } from './rules/day.ts'
export { isFreeEntry, type AdContact } from './rules/free-entry-point.ts'
export { marketOf } from './rules/market.ts'
export { categories, type Category } from './rules/price-rules.ts'

export { InvalidRateCard, rateFor, readRateCard, type RateCard } from './cards/rate-card.ts'

export { costKey, latestCost } from './records/latest-cost.ts'
export { categoryOf, priceMessage, type Price, type PricedMessage } from './records/price-message.ts'
export { createCostSums, dimensions, type CostRow, type CostSums, type Dimension } from './records/sum-costs.ts'

export { changeEntry, type BudgetChange, type BudgetEntry, type ChangedEntry } from './budgets/budget-entry.ts'
export { budgetName, chargedBy, isCountedIn, limitOf, reservedBy, type Budget } from './budgets/budget.ts'
export { periodAt, type Period, type PeriodKind } from './budgets/period.ts'
export { fromUnits, toUnits } from './budgets/units.ts'

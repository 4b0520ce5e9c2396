import { createBudgetBooks as createSound } from '../../../services/dispatcher/src/budgets/budget-books.ts'

/** Looks at what was counted, and counts nothing. */
export const createBudgetBooks: typeof createSound = (options) => ({
  ...createSound(options),
  reserve: async () => ({ what: 'reserved', reserved: [] }),
})

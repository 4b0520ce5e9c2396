/** More new user ids than this within an hour at one sender are no recycled numbers. */
const MOST_NEW_USER_IDS = 20
export const PORTFOLIO_MOVE_MS = 3_600_000

/**
 * Whether so many known phone numbers got another user id about this time that the business's portfolio moved, where every customer
 * gets a new one and stays who they are.
 *
 * @param times of every such change at one sender, `at` included; epoch ms
 */
export function isPortfolioMove(times: readonly number[], at: number): boolean {
  return times.some(
    (from) =>
      from <= at &&
      at < from + PORTFOLIO_MOVE_MS &&
      times.filter((one) => one >= from && one < from + PORTFOLIO_MOVE_MS).length > MOST_NEW_USER_IDS,
  )
}

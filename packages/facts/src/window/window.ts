/** 24 hours, whatever the clocks of the day do. */
export const WINDOW_MS = 86_400_000

/**
 * What is known of the window of one (tenant, business number, customer), in epoch milliseconds of the provider. Each is the latest of its
 * kind, so that the same state comes of the same webhooks in any order, however often and however late.
 */
export interface WindowState {
  /** The customer's last message or call that surely opens. */
  readonly openedAt?: number | undefined
  /** The last one of which nobody says whether it opens. */
  readonly maybeAt?: number | undefined
  /** When a report last said that there was no window (7010). */
  readonly closedAt?: number | undefined
}

export type WindowFact =
  | { readonly state: 'open'; readonly closesAt: number }
  /** Without `closesAt` it was closed before anything was known of it. */
  | { readonly state: 'closed'; readonly closesAt?: number | undefined }
  | { readonly state: 'unknown'; readonly why: UnknownWindow }

/** `unread`: not all that could have opened it has been read. */
export type UnknownWindow = 'unread' | 'contradicted' | 'uncertain_kind'

/** Both states in one. */
export function mergeWindows(one: WindowState, other: WindowState): WindowState {
  return {
    openedAt: latest(one.openedAt, other.openedAt),
    maybeAt: latest(one.maybeAt, other.maybeAt),
    closedAt: latest(one.closedAt, other.closedAt),
  }
}

function latest(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined) return other
  return other === undefined ? one : Math.max(one, other)
}

/** When the window ends that a message or call of this time opens: a message may still go before that, not at it. */
export function closesAtOf(openedAt: number): number {
  return openedAt + WINDOW_MS
}

/**
 * Whether a free-form message may go at a time. Closed is said only where `isComplete`: nothing that could have opened it can be
 * missing. A report that it was closed contradicts a message shortly before: whoever of them is right, nothing is refused.
 */
export function judgeWindow(state: WindowState, at: number, { isComplete }: { isComplete: boolean }): WindowFact {
  const { openedAt, maybeAt, closedAt } = state
  const isWithin = (from: number | undefined): from is number => from !== undefined && at < closesAtOf(from)
  if (isWithin(openedAt)) {
    return closedAt !== undefined && openedAt < closedAt
      ? { state: 'unknown', why: 'contradicted' }
      : { state: 'open', closesAt: closesAtOf(openedAt) }
  }
  if (!isComplete) return { state: 'unknown', why: 'unread' }
  // A report later than the uncertain kind says that it opened nothing.
  if (isWithin(maybeAt) && maybeAt >= (closedAt ?? maybeAt)) return { state: 'unknown', why: 'uncertain_kind' }
  const closesAt = openedAt === undefined ? closedAt : Math.min(closesAtOf(openedAt), laterThan(openedAt, closedAt))
  return { state: 'closed', ...(closesAt === undefined ? {} : { closesAt }) }
}

function laterThan(openedAt: number, closedAt: number | undefined): number {
  return closedAt === undefined || closedAt < openedAt ? Infinity : closedAt
}

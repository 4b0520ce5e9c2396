import type { WindowState } from '@imchannel/facts'

/** The parts of a stored window, in their order. */
export function windowParts({ openedAt, maybeAt, closedAt }: WindowState): [string, string, string] {
  return [textOf(openedAt), textOf(maybeAt), textOf(closedAt)]
}

function textOf(at: number | undefined): string {
  return at === undefined || !Number.isSafeInteger(at) || at < 0 ? '' : String(at)
}

/** Nothing is known by what another version wrote. */
export function decodeWindow(value: unknown): WindowState {
  if (typeof value !== 'string') return {}
  const [, openedAt, maybeAt, closedAt] = /^(\d*)\|(\d*)\|(\d*)$/.exec(value) ?? []
  return { openedAt: timeOf(openedAt), maybeAt: timeOf(maybeAt), closedAt: timeOf(closedAt) }
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text)
}

import type { WindowSighting, WindowState } from '@imchannel/facts'
import type { KeyRequest } from '@imchannel/redis'
import { windowKey } from './keys.ts'

/** What is to be asked of `widen`: the customer's windows are kept under each name. */
export function windowRequests({ tenant, business, names, state }: WindowSighting): KeyRequest[] {
  const args = windowParts(state)
  return names.map((name) => ({ key: windowKey({ tenant, business, name }), args }))
}

/** The parts of a stored window, in their order. */
function windowParts({ openedAt, maybeAt, closedAt }: WindowState): [string, string, string] {
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

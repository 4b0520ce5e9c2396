import { INBOUND_TOKEN_LIFE_S } from '@imchannel/media-store'

/** Why a customer's media could not be kept. */
export interface KeepFailure {
  readonly code: string
  /** Whether another try may succeed: not where the answer was about this very media item. */
  readonly mayPass: boolean
}

/** A message may be told of before its media is there to be fetched. */
const YOUNG_MS = 10 * 60_000

const FIRST_MS = 5_000
/** Infobip back after an outage: what waits is kept within this. */
const LONGEST_MS = 10 * 60_000
/** Of its age. */
const SHARE = 0.25

/**
 * When to try again, ms since 1970; undefined where nothing more is to be had. Infobip keeps a media item for as long as its
 * link is valid, so no outage within that costs one.
 *
 * @param expiresAt of the link, in seconds since 1970
 */
export function nextTry({ code, mayPass }: KeepFailure, expiresAt: number, nowMs: number): number | undefined {
  const ageMs = nowMs - (expiresAt - INBOUND_TOKEN_LIFE_S) * 1_000
  if (!mayPass && !(code === 'gone' && ageMs < YOUNG_MS)) return undefined
  const at = nowMs + Math.min(LONGEST_MS, Math.max(FIRST_MS, ageMs * SHARE))
  return at < expiresAt * 1_000 ? at : undefined
}

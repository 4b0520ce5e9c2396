/** Infobip refuses 30 s and less, and cuts at 48 h without a word. */
const shortestSeconds = 31
const longestSeconds = 48 * 3600

/**
 * What is left until `expiresAt`, in seconds, from now or from the scheduled time. Less than Infobip takes becomes the
 * least that it takes: a message that cannot be ended in time is ended as early as possible.
 */
export function validitySeconds(
  expiresAt: string | undefined,
  sendAt: string | undefined,
  now: number,
): number | undefined {
  if (expiresAt === undefined) return undefined
  const start = Math.max(now, sendAt === undefined ? now : Date.parse(sendAt))
  const seconds = Math.floor((Date.parse(expiresAt) - start) / 1000)
  return Math.min(Math.max(seconds, shortestSeconds), longestSeconds)
}

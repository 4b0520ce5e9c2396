import { readConsent as readSoundly } from '../../../packages/facts/src/consent/read-consent.ts'

/** Takes the moment at which it hears of something for the one at which it was said. */
export const readConsent: typeof readSoundly = (event, time) => {
  const record = readSoundly(event, time)
  return record === undefined ? undefined : { ...record, since: Date.now() }
}

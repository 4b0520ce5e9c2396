import type { untilWritten as writeSoundly } from '../../../services/dispatcher/src/adapters/until-written.ts'

/** Tries once, and leaves what Redis refuses to whoever asks Infobip about it later. */
export const untilWritten: typeof writeSoundly = (write) => write()

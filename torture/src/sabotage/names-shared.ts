import { hostname } from 'node:os'
import { withEnvironment as readSoundly } from '../../../packages/config/src/environment-overrides.ts'

export * from '../../../packages/config/src/environment-overrides.ts'

/** Guesses the instance's name from the host, on which there are two. */
export const withEnvironment: typeof readSoundly = (file, env) =>
  readSoundly(file, { ...env, KAFKA_INSTANCE_NAME: hostname() })

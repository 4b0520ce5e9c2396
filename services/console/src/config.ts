import type { Config, ConsoleConfig } from '@imchannel/config'

/** Port where none is configured. */
export const DEFAULT_PORT = 3004

/** Requests in flight and what is being written to the store; the rest is read again after the next start. */
export const DRAIN_MS = 15_000

/** A working day. */
export const SESSION_MS = 10 * 3_600_000
/** Long enough to look at a conversation, short enough not to be forgotten. */
export const REVEAL_MS = 15 * 60_000

/** @throws where the console is not configured: nobody looks at customers’ messages unless somebody has said who may */
export function consoleConfigOf(config: Config): ConsoleConfig {
  if (config.console === undefined)
    throw new Error(
      'the configuration has no "console": say by console.auth who may look at it, see docs/configuration.md',
    )
  return config.console
}

/** In the folder that it is started in. */
export const DEFAULT_STORE = { folder: '.imchannel/console' } as const

/** Somebody waits for a replay. */
export const REDIS_TIMEOUT_MS = 3_000

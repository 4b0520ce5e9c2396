import { fileURLToPath } from 'node:url'

/** The folder that holds the workspace. */
export const checkout = fileURLToPath(new URL('../../../', import.meta.url))

/** What runs as a process of its own, by the path of its sources in the checkout. */
export const PROGRAMS = {
  ingress: 'services/ingress/src/main.ts',
  dispatcher: 'services/dispatcher/src/main.ts',
  'media-server': 'services/media-server/src/main.ts',
  emulator: 'packages/infobip-emulator/src/main.ts',
  'echo-bot': 'examples/echo-bot/src/main.ts',
} as const

export type ProgramName = keyof typeof PROGRAMS

import { fileURLToPath } from 'node:url'

/** The folder that holds the workspace. */
export const checkout = fileURLToPath(new URL('../../../', import.meta.url))

/** What runs as a process of its own, by the path of its sources in the checkout. */
export const PROGRAMS = {
  ingress: 'services/ingress/src/main.ts',
  dispatcher: 'services/dispatcher/src/main.ts',
  'media-server': 'services/media-server/src/main.ts',
  console: 'services/console/src/main.ts',
  emulator: 'packages/infobip-emulator/src/main.ts',
  'echo-bot': 'examples/echo-bot/src/main.ts',
} as const

export type ProgramName = keyof typeof PROGRAMS

/**
 * What Node is told beside the program, here as in its image. On a machine with much memory V8 gives its young generation 128 MB,
 * and what a send leaves behind fills them between two collections; docs/performance.md has what less of it costs.
 */
const NODE_OPTIONS: Partial<Record<ProgramName, readonly string[]>> = {
  dispatcher: ['--max-semi-space-size=16'],
}

/**
 * What the C library is told. By itself it learns to take large buffers, as fetches from Kafka are, from the heap that it shares
 * among small ones, and has an arena for each thread: what is freed there stays resident.
 */
const ENVIRONMENT: Partial<Record<ProgramName, Readonly<Record<string, string>>>> = {
  dispatcher: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' },
}

/** The arguments with which Node runs a program. */
export function nodeArguments(name: ProgramName): string[] {
  return [...(NODE_OPTIONS[name] ?? []), PROGRAMS[name]]
}

/** The environment in which a program runs, as far as it is the program's and not the user's. */
export function nodeEnvironment(name: ProgramName): Readonly<Record<string, string>> {
  return ENVIRONMENT[name] ?? {}
}

import { spawnManaged } from '../process/managed-child.ts'

/** Registries answer within this, or not at all: nothing printed and nothing done for so long is a broken connection. */
const SILENCE_MS = 60_000

export interface ToolOptions {
  env: NodeJS.ProcessEnv
  cwd?: string
  onLine?: (line: string) => void
}

/** Runs a client to its end. Gives what it said when it failed, undefined when it did not. */
export async function runTool(
  command: string,
  args: readonly string[],
  { env, cwd, onLine }: ToolOptions,
): Promise<string | undefined> {
  let said = ''
  let rest = ''
  let silence: NodeJS.Timeout | undefined
  let timedOut = false
  const child = await spawnManaged(command, args, {
    env,
    ...(cwd !== undefined && { cwd }),
    output: (chunk) => {
      silence?.refresh()
      said = (said + chunk).slice(-2_000)
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine?.(line)
    },
  })
  silence = setTimeout(() => {
    timedOut = true
    child.signal('SIGKILL')
  }, SILENCE_MS)
  const { code, signal } = await child.exited
  clearTimeout(silence)
  if (code === 0) return undefined
  const why = timedOut ? `said nothing for ${SILENCE_MS / 1000} s` : `ended with ${signal ?? `exit code ${code}`}`
  return `${command} ${why}: ${said.trim()}`
}

import { scryptSync } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Config } from './config.ts'
import { type ConfigProblem, problemLine } from './config-problem.ts'
import { changesThatNeedRestart } from './needs-restart.ts'
import { loadConfig } from './load-config.ts'

/** The configuration in force, and its changes. */
export interface ConfigSource {
  current(): Config
  /** Called after each change that was taken up; returns what takes the listener away. A listener that throws stops no other. */
  onChange(listener: (next: Config, previous: Config) => void): () => void
  /** Same configuration, same checksum, on every instance: 12 hexadecimal digits, which no secret can be told from. */
  checksum(): string
  close(): Promise<void>
}

export interface OpenConfigOptions {
  /** Names the file (`IMCHANNEL_CONFIG`) and fills `${NAME}`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Warnings, changes taken up and changes refused, a line each. */
  readonly log: (level: 'info' | 'warn' | 'error', line: string) => void
  /** How often the file and those that it names are looked at. Two seconds: a change is due within ten. */
  readonly pollMs?: number
}

/** Why a configuration was refused: every problem, one a line, in the message. */
export class ConfigRefused extends Error {
  override readonly name = 'ConfigRefused'
  readonly problems: readonly ConfigProblem[]

  constructor(file: string, problems: readonly ConfigProblem[]) {
    super(
      `${file} has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}:\n${problems.map((problem) => `  ${problemLine(problem)}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/** The file that the environment names. */
export function configFile(env: OpenConfigOptions['env']): string {
  return resolve(env['IMCHANNEL_CONFIG'] || 'imchannel.yaml')
}

export interface Snapshot {
  readonly config: Config
  readonly warnings: readonly string[]
  readonly checksum: string
}

/**
 * @param stamps gets each file that was read or looked for, with what tells a change of it
 * @throws ConfigRefused with all problems, never with a value of the file
 */
export function readSnapshot(env: OpenConfigOptions['env'], stamps = new Map<string, string>()): Snapshot {
  const file = configFile(env)
  // Each is read once, however many settings name it: they must not differ from one to the next.
  const contents = new Map<string, string>()
  // Stamped before it is read: a change in between is seen as one the next time.
  const read = (path: string): string => {
    const full = resolve(dirname(file), path)
    const known = contents.get(full)
    if (known !== undefined) return known
    stamps.set(full, stampOf(full))
    const text = readFileSync(full, 'utf8')
    contents.set(full, text)
    return text
  }

  let text: string
  try {
    text = read(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new ConfigRefused(file, [
      {
        path: '',
        problem: `the file cannot be read (${code})`,
        remedy: 'create it, or name another one by IMCHANNEL_CONFIG',
      },
    ])
  }
  const result = loadConfig({ text, env, readFile: read })
  if (!result.ok) throw new ConfigRefused(file, result.problems)
  return { config: result.config, warnings: result.warnings, checksum: checksumOf([...contents.values()]) }
}

/**
 * Reads the configuration and keeps looking at it. A change is taken up whole or not at all: one that does not load, or
 * that needs a restart, is refused with a line that says why, and what was in force stays.
 *
 * @throws ConfigRefused
 */
export function openConfig(options: OpenConfigOptions): ConfigSource {
  const { env, log, pollMs = 2_000 } = options
  let stamps = new Map<string, string>()
  let snapshot = readSnapshot(env, stamps)
  const listeners = new Set<(next: Config, previous: Config) => void>()
  for (const warning of snapshot.warnings) log('warn', warning)

  function takeUp(next: Snapshot): void {
    const needRestart = changesThatNeedRestart(snapshot.config, next.config)
    if (needRestart.length > 0) {
      log(
        'error',
        `configuration change refused: ${needRestart.join(', ')} changed, which takes a restart; restart the service to take it up`,
      )
      return
    }
    const previous = snapshot.config
    snapshot = next
    log('info', `configuration changed, checksum ${next.checksum}`)
    for (const warning of next.warnings) log('warn', warning)
    for (const listener of listeners) {
      try {
        listener(next.config, previous)
      } catch (error) {
        log(
          'error',
          `a part did not take up the changed configuration: ${error instanceof Error ? error.message : String(error)}`,
        )
      }
    }
  }

  function look(): void {
    if (![...stamps].some(([file, stamp]) => stampOf(file) !== stamp)) return
    stamps = new Map()
    try {
      const next = readSnapshot(env, stamps)
      if (next.checksum !== snapshot.checksum) takeUp(next)
    } catch (error) {
      // Said once for each state of the files, not at every look: the stamps are those of what was refused. Nothing else may end the
      // process from a timer; what it was may hold a value of the file.
      const reason = error instanceof ConfigRefused ? error.message : 'it could not be read'
      log('error', `configuration change refused, the previous one stays in force: ${reason}`)
    }
  }

  const timer = setInterval(look, pollMs)
  timer.unref()
  return {
    current: () => snapshot.config,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    checksum: () => snapshot.checksum,
    close: async () => clearInterval(timer),
  }
}

function stampOf(file: string): string {
  // Follows links: Kubernetes renews a mounted secret by moving one.
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs}` : 'missing'
}

// A plain digest of a file whose only unknown is a weak password would let who reads /metrics guess it at speed.
const checksumCost = { N: 4096, r: 8, p: 1 }

function checksumOf(contents: readonly string[]): string {
  return scryptSync(JSON.stringify(contents), 'imchannel-configuration', 6, checksumCost).toString('hex')
}

import { runCli } from '../../src/run-cli.ts'
import type { Io } from '../../src/session/io.ts'

export interface CliOutcome {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly bytes: Buffer
  /** The lines of stdout as JSON. */
  readonly json: <T = Record<string, unknown>>() => T[]
}

export interface CallOptions extends Partial<Pick<Io, 'env' | 'ask' | 'signal' | 'stdin'>> {
  readonly terminal?: boolean
  readonly onOut?: (text: string) => void
}

/** The command line as a process has it, in this one: nobody at the terminal unless it is said. */
export async function callCli(args: readonly string[], options: CallOptions = {}): Promise<CliOutcome> {
  let [out, err] = ['', '']
  const chunks: Uint8Array[] = []
  const { terminal = false } = options
  const code = await runCli(args, {
    env: options.env ?? {},
    stdout: {
      write: (text) => {
        out += text
        options.onOut?.(text)
      },
      isTerminal: terminal,
    },
    stderr: { write: (text) => void (err += text), isTerminal: terminal },
    writeBytes: async (bytes) => void chunks.push(bytes),
    stdin: options.stdin ?? (async function* () {})(),
    ask: options.ask,
    signal: options.signal ?? new AbortController().signal,
  })
  return {
    code,
    out,
    bytes: Buffer.concat(chunks),
    err,
    // The command's own lines, whose shape the test knows.
    json: <T>() =>
      out
        .trim()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as T),
  }
}

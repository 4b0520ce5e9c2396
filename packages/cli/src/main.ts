#!/usr/bin/env node
import { createInterface } from 'node:readline/promises'
import { runCli } from './run-cli.ts'
import type { TextSink } from './session/io.ts'

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => interrupted.abort())
}
// Whoever reads has seen enough: `imchannel tail inbound | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(question, { signal: interrupted.signal })
  } finally {
    terminal.close()
  }
}

function sink(stream: NodeJS.WriteStream): TextSink {
  return { write: (text) => void stream.write(text), isTerminal: stream.isTTY }
}

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdout: sink(process.stdout),
  stderr: sink(process.stderr),
  writeBytes: (bytes) =>
    new Promise((resolve, reject) => process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()))),
  stdin: process.stdin,
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
  signal: interrupted.signal,
})

/** Where text goes, and whether a person reads it. */
export interface TextSink {
  write(text: string): void
  readonly isTerminal: boolean
}

/** Everything of the process that the commands touch: a test gives its own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: TextSink
  readonly stderr: TextSink
  /** Bytes to stdout; resolves when more may follow. */
  readonly writeBytes: (bytes: Uint8Array) => Promise<void>
  /** What is piped in. */
  readonly stdin: AsyncIterable<Uint8Array>
  /** Asks the person at the terminal; undefined where there is nobody to ask. */
  readonly ask: ((question: string) => Promise<string>) | undefined
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal
}

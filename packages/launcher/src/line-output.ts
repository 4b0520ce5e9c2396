const TAIL_BYTES = 4_000

export interface LineOutput {
  write: (chunk: string) => void
  /** Passes on what has no line break at its end. */
  end: () => void
  /** The last that was written, for an error. */
  tail: () => string
}

/** Passes text on in whole lines, so that the lines of several programs do not run into each other. */
export function createLineOutput(pass: (text: string) => void): LineOutput {
  let rest = ''
  let tail = ''
  return {
    write: (chunk) => {
      tail = (tail + chunk).slice(-TAIL_BYTES)
      const end = chunk.lastIndexOf('\n')
      if (end === -1) {
        rest += chunk
        return
      }
      pass(rest + chunk.slice(0, end + 1))
      rest = chunk.slice(end + 1)
    },
    end: () => {
      if (rest !== '') pass(`${rest}\n`)
      rest = ''
    },
    tail: () => tail.trimEnd(),
  }
}

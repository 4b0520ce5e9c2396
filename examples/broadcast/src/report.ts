import { appendFile, readFile } from 'node:fs/promises'

/** What became of one recipient so far. A line of JSON each; the last of a recipient counts. */
export interface ReportLine {
  readonly to: string
  readonly state: string
  readonly reason?: string
  readonly at: string
}

/** The report of a broadcast: a file that a second run goes on with. */
export interface Report {
  stateOf(to: string): string | undefined
  /** Resolves when the line is in the file. */
  write(line: ReportLine): Promise<void>
  counts(): Readonly<Record<string, number>>
}

export async function openReport(file: string): Promise<Report> {
  const states = new Map<string, string>()
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  })
  for (const line of text.split('\n')) {
    const read = parseLine(line)
    if (read !== undefined) states.set(read.to, read.state)
  }
  return {
    stateOf: (to) => states.get(to),
    write: async (line) => {
      // A line that a crash has cut does not swallow this one.
      await appendFile(file, `\n${JSON.stringify(line)}`)
      states.set(line.to, line.state)
    },
    counts: () => {
      const counts: Record<string, number> = {}
      for (const state of states.values()) counts[state] = (counts[state] ?? 0) + 1
      return counts
    },
  }
}

function parseLine(line: string): ReportLine | undefined {
  try {
    return JSON.parse(line) as ReportLine // written above
  } catch {
    return undefined
  }
}

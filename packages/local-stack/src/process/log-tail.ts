import { readFile } from 'node:fs/promises'

const LINES = 20

/** The last lines of a text file; empty when there is none. */
export async function logTail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-LINES).join('\n')
}

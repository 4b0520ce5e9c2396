import type { SenderSettings } from '../settings.ts'

export interface Keyword {
  /** As the number's configuration has it. */
  word: string
  event: 'BLOCK' | 'UNBLOCK'
  scope: 'sender' | 'any'
  /** Whether the message itself goes out too. */
  isForwarded: boolean
}

/** The key word that a message is, by the number's configuration: the whole text, whatever its case. */
export function keywordIn(text: unknown, keywords: SenderSettings['keywords']): Keyword | undefined {
  if (typeof text !== 'string' || keywords === undefined) return undefined
  const { stop, start, scope, forward: isForwarded } = keywords
  const said = text.trim().toLowerCase()
  const find = (words: readonly string[]): string | undefined => words.find((word) => word.toLowerCase() === said)
  const [stopped, started] = [find(stop), find(start)]
  if (stopped !== undefined) return { word: stopped, event: 'BLOCK', scope, isForwarded }
  if (started !== undefined) return { word: started, event: 'UNBLOCK', scope, isForwarded }
  return undefined
}

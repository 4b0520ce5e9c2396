import type { IncomingMessage } from 'node:http'
import type { ByteBudget } from './byte-budget.ts'

export type BodyReading =
  /** `held` bytes are taken from the budget until they are given back. */
  | { readonly outcome: 'read'; readonly bytes: Buffer; readonly held: number }
  | { readonly outcome: 'tooLarge' | 'noRoom' | 'cut' }

const ignore = (): void => undefined

export interface ReadBodyOptions {
  readonly limitBytes: number
  readonly budget: ByteBudget
}

/** Reads a body as it comes, within its limit and the room that all bodies have together. What is not read gives its room back. */
export function readBody(request: IncomingMessage, { limitBytes, budget }: ReadBodyOptions): Promise<BodyReading> {
  const { promise, resolve } = Promise.withResolvers<BodyReading>()
  const chunks: Buffer[] = []
  let held = 0

  if (request.destroyed) return Promise.resolve({ outcome: 'cut' })
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return Promise.resolve({ outcome: 'tooLarge' })

  function onData(chunk: Buffer): void {
    if (held + chunk.length > limitBytes) return giveUp('tooLarge')
    if (!budget.take(chunk.length)) return giveUp('noRoom')
    held += chunk.length
    chunks.push(chunk)
  }

  function onEnd(): void {
    leave()
    const [only] = chunks
    resolve({ outcome: 'read', bytes: chunks.length === 1 && only ? only : Buffer.concat(chunks, held), held })
  }

  function giveUp(outcome: 'tooLarge' | 'noRoom' | 'cut'): void {
    leave()
    // Stopped, not resumed: whoever answers decides how much more of it is worth reading.
    request.pause()
    budget.give(held)
    resolve({ outcome })
  }

  const onCut = (): void => giveUp('cut')

  function leave(): void {
    request.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut)
    // A connection that breaks later is nobody's error.
    request.on('error', ignore)
  }

  request.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut)
  return promise
}

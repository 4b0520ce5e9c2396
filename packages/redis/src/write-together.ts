import type { Redis } from 'ioredis'
import { writesAtTurnEnd } from './at-turn-end.ts'

/**
 * Holds back what is written to a connection until the turn of the event loop ends: commands of many requests leave in one
 * write. ioredis writes each by itself, and the call into the kernel costs more than all else that a command does.
 */
export function writeTogether(redis: Redis): void {
  const { stream, status } = redis
  if (status !== 'ready' || stream.writableCorked > 0) return
  stream.cork()
  writesAtTurnEnd(() => stream.uncork())
}

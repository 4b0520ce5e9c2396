import { Command } from 'ioredis'
import { isNoScript, runScript } from '@imchannel/redis'
import type { RedisClient } from '@imchannel/redis'
import { freeBuffer } from './free-buffer.ts'
import { chunkScript } from './scripts.ts'

/** A chunk on its way into Redis. */
export interface ChunkWrite {
  readonly key: string
  readonly index: number
  readonly bytes: Buffer
  /** Life of the filling from now, ms. */
  readonly fillMs: number
}

/** A command that keeps its form on the wire, a copy of all its arguments, so that it can be given back. */
class FreeableCommand extends Command {
  private wire: string | Buffer | undefined

  override toWritable(socket: object): string | Buffer {
    this.wire = super.toWritable(socket)
    return this.wire
  }

  /** Only once Redis has answered: then it has read the whole, and the socket needs it no more. */
  free(): void {
    if (typeof this.wire === 'object') freeBuffer(this.wire)
  }
}

/** Writes one chunk; false when those before it are gone. Rejects with ioredis's error. */
export async function writeChunk(redis: RedisClient, { key, index, bytes, fillMs }: ChunkWrite): Promise<boolean> {
  const args = [String(index), bytes, fillMs]
  const command = new FreeableCommand('evalsha', [chunkScript.sha, 1, key, ...args])
  try {
    const reply = await redis.sendCommand(command)
    command.free()
    return reply === 1
  } catch (error) {
    if (!isNoScript(error)) throw error
    return (await runScript(redis, chunkScript, [key], args)) === 1
  }
}

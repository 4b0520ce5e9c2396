import type { Request, Response } from 'express'
import type { StoreChange } from '../store/store.ts'
import type { World } from '../world.ts'

/** Changes are collected for this long, so that a burst is one write. */
const COLLECT_MS = 40
const KEEP_ALIVE_MS = 15_000
/** What may wait for a reader; one that does not keep up loads anew, rather than that our memory grows. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024

/** `GET /_emulator/events`: every change as a server-sent event. A stream that ends asks its reader to load anew. */
export function streamEvents(world: World, maxWaitingBytes = MAX_WAITING_BYTES) {
  return (_request: Request, response: Response): void => {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    })
    response.write(': the emulator is here\n\n')
    let waiting = new Map<string, StoreChange>()
    let timer: NodeJS.Timeout | undefined
    const flush = (): void => {
      timer = undefined
      const changes = [...waiting.values()]
      waiting = new Map()
      if (response.writableLength > maxWaitingBytes) {
        // Before the end is written: nothing may be written after it.
        leave()
        response.end()
        return
      }
      response.write(`event: changes\ndata: ${JSON.stringify(changes)}\n\n`)
    }
    const stop = world.store.onChange((change) => {
      waiting.set(`${change.kind} ${change.id}`, change)
      timer ??= setTimeout(flush, COLLECT_MS)
    })
    const keepAlive = setInterval(() => response.write(': still here\n\n'), KEEP_ALIVE_MS)
    const leave = (): void => {
      stop()
      clearTimeout(timer)
      clearInterval(keepAlive)
    }
    response.on('close', leave)
  }
}

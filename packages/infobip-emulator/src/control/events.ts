import type { Request, Response } from 'express'
import type { StoreChange } from '../store/store.ts'
import type { World } from '../world.ts'

/** Changes are collected for this long, so that a burst is one write. */
const COLLECT_MS = 40
const KEEP_ALIVE_MS = 15_000

/** `GET /_emulator/events`: every change as a server-sent event; `clock` when time was moved. */
export function streamEvents(world: World) {
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
      // A reader that does not keep up is told to load anew, rather than to grow our memory.
      if (response.writableLength > 8_000_000) {
        response.end('event: overrun\ndata: {}\n\n')
        return
      }
      response.write(`event: changes\ndata: ${JSON.stringify(changes)}\n\n`)
    }
    const stop = world.store.onChange((change) => {
      waiting.set(`${change.kind} ${change.id}`, change)
      timer ??= setTimeout(flush, COLLECT_MS)
    })
    const keepAlive = setInterval(() => response.write(': still here\n\n'), KEEP_ALIVE_MS)
    response.on('close', () => {
      stop()
      clearTimeout(timer)
      clearInterval(keepAlive)
    })
  }
}

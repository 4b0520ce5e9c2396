import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** After it the kernel has back what the process gives back. */
const settleMs = 1_000

/** Has a Node process that was started with `--inspect` collect all its garbage, as a debugger would ask it to. */
export async function forceCollection(inspectorPort: number): Promise<void> {
  const [target] = (await (await fetch(`http://127.0.0.1:${inspectorPort}/json/list`)).json()) as {
    webSocketDebuggerUrl: string
  }[] // the inspector's own protocol
  if (target === undefined) throw new Error(`nobody to debug on port ${inspectorPort}`)
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  await once(socket, 'open')
  socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }))
  await once(socket, 'message')
  socket.close()
  await sleep(settleMs)
}

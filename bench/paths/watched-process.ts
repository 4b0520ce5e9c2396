import { once } from 'node:events'

interface FunctionCoverage {
  readonly functionName: string
  readonly ranges: readonly { readonly count: number }[]
}

/** Members of Chrome's protocol that are read here. */
interface Coverage {
  readonly result: readonly { readonly url: string; readonly functions: readonly FunctionCoverage[] }[]
}

/** A Node process whose calls V8 counts, function by function. */
export interface WatchedProcess extends Disposable {
  /** The files of ours of which a function has been called since this was asked last. */
  filesRun(): Promise<ReadonlySet<string>>
}

/** @param port that of `--inspect` */
export async function watchProcess(port: number): Promise<WatchedProcess> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string
  }[] // the inspector's own protocol
  if (target === undefined) throw new Error(`nobody to debug on port ${port}`)
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  await once(socket, 'open')
  const waiting = new Map<number, (result: unknown) => void>()
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id: number; result: unknown }
    waiting.get(id)?.(result)
    waiting.delete(id)
  })
  let calls = 0
  const call = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      waiting.set(++calls, resolve)
      socket.send(JSON.stringify({ id: calls, method, params }))
    })
  await call('Profiler.enable')
  await call('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  return {
    async filesRun() {
      const { result } = (await call('Profiler.takePreciseCoverage')) as Coverage
      return new Set(result.filter(({ functions }) => functions.some(wasCalled)).flatMap(({ url }) => ownFile(url)))
    },
    [Symbol.dispose]: () => socket.close(),
  }
}

function wasCalled({ ranges }: FunctionCoverage): boolean {
  return (ranges[0]?.count ?? 0) > 0
}

/** Its path in the checkout, if it is neither Node's nor a library's. */
function ownFile(url: string): string[] {
  const file = /\/((?:packages|services)\/[^/]+\/src\/.+)$/.exec(url)?.[1]
  return file === undefined || url.includes('/node_modules/') ? [] : [file]
}

import type { Exit, ManagedChild } from './process/managed-child.ts'

/** A server of this machine's, started by and for this process. */
export interface LocalServer extends AsyncDisposable {
  readonly port: number
  readonly pid: number
  readonly logFile: string
  readonly exited: Promise<Exit>
  /** Ends it in order; its data stays. */
  stop(): Promise<void>
  /** `kill -9`. */
  kill(): Promise<void>
  /** It takes connections and answers nothing, until `thaw`. */
  freeze(): void
  thaw(): void
}

export interface ServerFacts {
  port: number
  logFile: string
  stopMs: number
}

/** The controls that every local server has. */
export function localServer(child: ManagedChild, { port, logFile, stopMs }: ServerFacts): LocalServer {
  const stop = async (): Promise<void> => {
    await child.stop(stopMs)
  }
  return {
    port,
    logFile,
    stop,
    pid: child.pid,
    exited: child.exited,
    kill: async () => {
      await child.kill()
    },
    freeze: () => void child.signal('SIGSTOP'),
    thaw: () => void child.signal('SIGCONT'),
    [Symbol.asyncDispose]: stop,
  }
}

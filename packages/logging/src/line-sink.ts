import { fstatSync, write } from 'node:fs'
import { Socket } from 'node:net'

/** Where lines go. Never throws and never waits: a sink that cannot keep up drops lines and says how many. */
export interface LineSink {
  write(line: string): void
  /** Resolves once everything so far is written or given up. */
  flush(): Promise<void>
}

/** More than a busy second of lines; beyond it a reader that stopped reading costs lines, not memory. */
const MAX_PENDING_BYTES = 8 * 1024 * 1024
/** A shared pipe may be full for a moment (EAGAIN), a disk for longer (ENOSPC): the batch is tried once more each time. */
const RETRY_MS = 20
/** Between two writes where lines keep coming: a write to a file is a trip to another thread, and ten webhooks may share it. */
const REST_MS = 5

/**
 * A sink on a file descriptor. Lines are collected and written in one piece at the end of the turn of the event loop, or where
 * the last write was just now a few milliseconds later; one write is in flight. `process.stdout` would block the whole process on a full pipe, and never write again after one full disk.
 */
export function createLineSink(descriptor: number): LineSink {
  const writeOut = writerOf(descriptor)
  let pending: string[] = []
  let pendingBytes = 0
  let dropped = 0
  let state: 'idle' | 'scheduled' | 'writing' | 'closed' = 'idle'
  let restsUntil = -Infinity
  let waiting: (() => void)[] = []

  function settle(): void {
    const resolved = waiting
    waiting = []
    for (const resolve of resolved) resolve()
  }

  function drain(): void {
    if (state === 'closed') return settle()
    if (pending.length === 0 && dropped === 0) {
      state = 'idle'
      return settle()
    }
    state = 'writing'
    if (dropped > 0) pending.push(`[IMCHANNEL] [log] [WARN] ${dropped} lines dropped: standard output was full\n`)
    const batch = Buffer.from(pending.join(''))
    pending = []
    pendingBytes = 0
    dropped = 0
    writeOut(batch, (error) => {
      // EPIPE: the reader is gone for good. Anything else, a full disk above all, may pass.
      if (error?.code === 'EPIPE' || error?.code === 'EBADF' || error?.code === 'ERR_STREAM_DESTROYED') state = 'closed'
      if (error && state !== 'closed') dropped++
      if (error && state !== 'closed') setTimeout(drain, 1_000).unref()
      else rest()
      if (error) settle()
    })
  }

  function rest(): void {
    restsUntil = performance.now() + REST_MS
    if (state === 'closed' || pending.length === 0) drain()
    else schedule()
  }

  function schedule(): void {
    state = 'scheduled'
    if (performance.now() < restsUntil) setTimeout(drain, REST_MS)
    else setImmediate(drain)
  }

  return {
    write(line) {
      if (state === 'closed') return
      if (pendingBytes > MAX_PENDING_BYTES) {
        dropped++
        return
      }
      pending.push(line, '\n')
      pendingBytes += line.length + 1
      if (state !== 'idle') return
      schedule()
    },
    flush: () =>
      new Promise((resolve) => {
        if (state === 'idle' || state === 'closed') return resolve()
        waiting.push(resolve)
      }),
  }
}

type WriteOut = (batch: Buffer, done: (error: NodeJS.ErrnoException | null) => void) => void

function writerOf(descriptor: number): WriteOut {
  const stat = fstatSync(descriptor)
  return stat.isFIFO() || stat.isSocket() ? socketWriter(descriptor) : fileWriter(descriptor)
}

function socketWriter(descriptor: number): WriteOut {
  const socket = new Socket({ fd: descriptor, readable: false, writable: true })
  // The write's own callback has the error; without a listener it would end the process.
  socket.on('error', () => undefined)
  socket.unref()
  return (batch, done) => socket.write(batch, (error) => done(error ?? null))
}

function fileWriter(descriptor: number): WriteOut {
  return function writeAll(batch, done) {
    write(descriptor, batch, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(() => writeAll(batch, done), RETRY_MS)
      else if (error) done(error)
      else if (written < batch.length) writeAll(batch.subarray(written), done)
      else done(null)
    })
  }
}

import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { uniqueName } from './unique-name.ts'
import { waitUntil } from './wait-until.ts'

/** A process that is started this way may use so much memory. */
export interface MemoryLimit extends AsyncDisposable {
  /** `cgroup`: the kernel ends it beyond. `heap`: only V8's heap is held, to what it would give itself in such a cgroup. */
  readonly kind: 'cgroup' | 'heap'
  /** What stands before its command. */
  readonly under: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** A memory cgroup where one can be made (Linux, as root); else the heap that V8 would give itself there. */
export async function limitMemory(bytes: number): Promise<MemoryLimit> {
  return (await inCgroup(bytes)) ?? ofHeap(bytes)
}

async function inCgroup(bytes: number): Promise<MemoryLimit | undefined> {
  const controllers = await readFile('/sys/fs/cgroup/cgroup.controllers', 'utf8').catch(() => undefined)
  const [parent, limit] = controllers?.includes('memory')
    ? ['/sys/fs/cgroup', 'memory.max']
    : ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes']
  const folder = join(parent, uniqueName('imchannel'))
  try {
    await mkdir(folder)
    await writeFile(join(folder, limit), String(bytes))
  } catch {
    await rmdir(folder).catch(() => undefined)
    return undefined
  }
  return {
    kind: 'cgroup',
    // From its first moment on: V8 looks at the limit when it starts.
    under: ['/bin/sh', '-c', `echo $$ > ${join(folder, 'cgroup.procs')} && exec "$@"`, 'sh'],
    env: {},
    // The kernel lets it go a moment after its last process.
    [Symbol.asyncDispose]: async () => {
      await waitUntil(() => rmdir(folder).then(() => true))
    },
  }
}

function ofHeap(bytes: number): MemoryLimit {
  const mebibytes = Math.floor(bytes / 2 / 1024 / 1024)
  return {
    kind: 'heap',
    under: [],
    env: { NODE_OPTIONS: `--max-old-space-size=${mebibytes}` },
    [Symbol.asyncDispose]: async () => undefined,
  }
}

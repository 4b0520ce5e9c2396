/** The emulator's own time. Reports, retries, windows and expiries all go by it; network time limits do not. */
export interface Clock {
  /** Milliseconds since the epoch, by this clock. */
  now: () => number
  /** Runs the task once the clock has reached `at`; the returned function takes it back. */
  schedule(at: number, task: () => void | Promise<void>): () => void
  /** Moves time on, running what falls due in order, each with the clock at its own time; resolves when all of it has ended. */
  advance(ms: number): Promise<void>
  /** Jumps to a time. Forward is `advance`; backward leaves what is scheduled where it is. */
  set(at: number): Promise<void>
  /** Whether time passes by itself. A stopped clock moves by `advance` and `set` alone. */
  setRunning(running: boolean): void
  isRunning(): boolean
  /** How many tasks wait, and when the first is due. */
  pending(): { count: number; nextAt: number | null }
  /** Forgets what is scheduled. */
  clear(): void
  /** Forgets what is scheduled and waits for what runs. */
  close(): Promise<void>
}

interface Task {
  at: number
  order: number
  run: () => void | Promise<void>
}

/** Node's timers overflow beyond this; a longer wait is cut into pieces. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

export interface ClockOptions {
  /** Where it starts; real time unless given. */
  now?: number
  running?: boolean
  /** A task that throws is a bug of the emulator; it must not stop the clock. */
  onError: (error: unknown) => void
  realNow?: () => number
}

export function createClock(options: ClockOptions): Clock {
  const realNow = options.realNow ?? (() => Date.now())
  let running = options.running ?? true
  let base = options.now ?? realNow()
  let realBase = realNow()
  let order = 0
  let timer: NodeJS.Timeout | undefined
  const heap: Task[] = []
  const active = new Set<Promise<void>>()

  const now = (): number => (running ? base + (realNow() - realBase) : base)

  const rebase = (at: number): void => {
    base = at
    realBase = realNow()
  }

  const run = (task: Task): Promise<void> => {
    const done = (async () => task.run())().catch((error: unknown) => options.onError(error))
    active.add(done)
    void done.finally(() => active.delete(done))
    return done
  }

  const arm = (): void => {
    clearTimeout(timer)
    timer = undefined
    const first = heap[0]
    if (first === undefined) return
    // What is due now runs now, also while the clock stands.
    const wait = Math.max(first.at - now(), 0)
    if (running || wait === 0) timer = setTimeout(fire, Math.min(wait, MAX_TIMEOUT_MS))
  }

  const fire = (): void => {
    for (let first = heap[0]; first !== undefined && first.at <= now(); first = heap[0]) {
      pop(heap)
      void run(first)
    }
    arm()
  }

  const advanceTo = async (target: number): Promise<void> => {
    // What runs already may schedule more before the target.
    await Promise.all(active)
    for (let first = heap[0]; first !== undefined && first.at <= target; first = heap[0]) {
      pop(heap)
      if (first.at > now()) rebase(first.at)
      await run(first)
    }
    if (target > now()) rebase(target)
    arm()
  }

  return {
    now,
    schedule(at, run) {
      const task: Task = { at, order: order++, run }
      push(heap, task)
      if (heap[0] === task) arm()
      return () => {
        if (remove(heap, task)) arm()
      }
    },
    advance: (ms) => advanceTo(now() + ms),
    async set(at) {
      if (at > now()) return advanceTo(at)
      rebase(at)
      arm()
    },
    setRunning(next) {
      rebase(now())
      running = next
      arm()
    },
    isRunning: () => running,
    pending: () => ({ count: heap.length, nextAt: heap[0]?.at ?? null }),
    clear() {
      heap.length = 0
      arm()
    },
    async close() {
      heap.length = 0
      clearTimeout(timer)
      running = false
      while (active.size > 0) await Promise.all(active)
    },
  }
}

// A binary heap by (at, order): a load test schedules many thousand reports at once.
const before = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

function push(heap: Task[], task: Task): void {
  heap.push(task)
  up(heap, heap.length - 1)
}

function pop(heap: Task[]): void {
  const first = heap[0]
  if (first !== undefined) remove(heap, first)
}

function remove(heap: Task[], task: Task): boolean {
  const index = heap[0] === task ? 0 : heap.indexOf(task)
  if (index < 0) return false
  const last = heap.pop()
  if (last === undefined || last === task) return true
  heap[index] = last
  up(heap, index)
  down(heap, index)
  return true
}

function up(heap: Task[], from: number): void {
  let index = from
  while (index > 0) {
    const parent = (index - 1) >> 1
    if (!swapIf(heap, index, parent)) return
    index = parent
  }
}

function down(heap: Task[], from: number): void {
  let index = from
  for (;;) {
    const left = 2 * index + 1
    const a = heap[left]
    const b = heap[left + 1]
    if (a === undefined) return
    const child = b !== undefined && before(b, a) ? left + 1 : left
    if (!swapIf(heap, child, index)) return
    index = child
  }
}

/** Swaps when the first belongs before the second. */
function swapIf(heap: Task[], first: number, second: number): boolean {
  const a = heap[first]
  const b = heap[second]
  if (a === undefined || b === undefined || !before(a, b)) return false
  heap[first] = b
  heap[second] = a
  return true
}

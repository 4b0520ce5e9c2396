import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

/**
 * How many bytes this process may use: what its cgroup allows, or the machine has, or twice V8's limit of its heap where that is
 * less. V8 gives its heap half of a small cgroup; buffers are outside of it.
 */
export function usableMemory(): number {
  const constrained = process.constrainedMemory()
  const machine = totalmem()
  return Math.min(constrained > 0 ? constrained : machine, machine, 2 * getHeapStatistics().heap_size_limit)
}

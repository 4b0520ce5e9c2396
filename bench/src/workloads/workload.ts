import type { Sample } from '../ratios.ts'
import type { Stage } from '../stage.ts'
import type { ExpectedOrder } from '../suspicion.ts'
import type { TopicCounter } from '../topics.ts'

/** How long and how often a workload is measured. */
export interface RunOptions {
  readonly rounds: number
  readonly seconds: number
  readonly say: (line: string) => void
}

/** What a workload is run with. */
export interface Run extends RunOptions {
  readonly stage: Stage
  readonly topics: TopicCounter
  /** Part of the names of those that are to be measured; all where it is empty. */
  readonly only: string
  /** Longer, and with every peer. */
  readonly full: boolean
}

export interface Workload {
  readonly unit: string
  readonly about: string
  /** Of a run that is not told how many. */
  readonly rounds: number
  readonly order?: ExpectedOrder
  /** @throws where a contender loses what it answered for: such a run is none */
  run(run: Run): Promise<Sample[]>
}

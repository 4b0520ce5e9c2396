import type { Stage } from '../stage.ts'

/** A running ingress, ours or a peer's. */
export interface RunningContender extends AsyncDisposable {
  /** Where webhooks are posted; of several processes, those of the first. */
  readonly url: string
  /** The same of each process. */
  readonly urls: readonly string[]
  readonly pid: number
  /** Resident memory in MB. */
  memoryMb(): number
  /** CPU that it has used since it began, user and system, all its threads, in microseconds (in steps of 10 ms). */
  cpuMicros(): number
}

/** One that can be measured. `absent` says why this machine cannot run it. */
export interface Contender {
  readonly name: string
  prepare(): Promise<{ readonly absent: string } | undefined>
  startIngress?(stage: Stage, prefix: string): Promise<RunningContender>
  /** Reads `{prefix}.outbound` and posts to the provider. */
  startDispatcher?(stage: Stage, prefix: string, provider: string): Promise<RunningContender>
  startMediaServer?(stage: Stage, prefix: string): Promise<RunningContender>
}

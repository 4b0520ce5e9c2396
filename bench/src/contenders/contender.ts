import type { Stage } from '../stage.ts'

/** A running ingress, ours or a peer's. */
export interface RunningContender extends AsyncDisposable {
  /** Where webhooks are posted. */
  readonly url: string
  /** Resident memory in MB, all its processes together. */
  memoryMb(): number
}

/** One that can be measured. `absent` says why this machine cannot run it. */
export interface Contender {
  readonly name: string
  prepare(): Promise<{ readonly absent: string } | undefined>
  startIngress?(stage: Stage, prefix: string): Promise<RunningContender>
  /** Reads `{prefix}.outbound` and posts to the provider. */
  startDispatcher?(stage: Stage, prefix: string, provider: string): Promise<RunningContender>
}

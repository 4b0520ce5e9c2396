/** Whether a topic without which everything else goes on may be used. */
export interface OptionalTopic {
  isOn(): boolean
  /** Looks for the topic, and again every minute while it may not be used. Never rejects. */
  start(): Promise<void>
  /** Kafka would not take a record for it. */
  refused(problem: string): void
  stop(): void
}

export interface OptionalTopicOptions {
  /** Makes the topic where it is missing; resolves with why it may not be used, undefined where it may. */
  readonly look: () => Promise<string | undefined>
  /** Told once for each problem, not at each look. */
  readonly onOff: (problem: string) => void
  readonly onOn: () => void
  readonly lookAgainMs?: number
}

/** Somebody may make the topic, or grant the right, at any time. */
const LOOK_AGAIN_MS = 60_000

export function createOptionalTopic({
  look,
  onOff,
  onOn,
  lookAgainMs = LOOK_AGAIN_MS,
}: OptionalTopicOptions): OptionalTopic {
  let isOn = false
  let isStopped = false
  let said: string | undefined
  let timer: NodeJS.Timeout | undefined

  async function lookOnce(): Promise<void> {
    const problem = await look().catch(String)
    if (isStopped) return
    if (problem !== undefined) return turnOff(problem)
    isOn = true
    if (said !== undefined) onOn()
    said = undefined
  }

  function turnOff(problem: string): void {
    isOn = false
    clearTimeout(timer)
    timer = setTimeout(() => void lookOnce(), lookAgainMs).unref()
    if (said === problem) return
    said = problem
    onOff(problem)
  }

  return {
    isOn: () => isOn,
    start: lookOnce,
    refused: turnOff,
    stop: () => {
      isStopped = true
      isOn = false
      clearTimeout(timer)
    },
  }
}

/** Topics whose records may not be started for now, and when the last one that was running has ended. */
export interface TopicHolds {
  isHeld(topic: string): boolean
  /** Resolves when nothing of the topic runs. */
  hold(topic: string): Promise<void>
  release(topic: string): void
  began(topic: string): void
  ended(topic: string): void
}

export function createTopicHolds(): TopicHolds {
  const held = new Set<string>()
  const running = new Map<string, number>()
  const waiting = new Map<string, (() => void)[]>()
  return {
    isHeld: (topic) => held.has(topic),
    hold: (topic) => {
      held.add(topic)
      if (!running.has(topic)) return Promise.resolve()
      return new Promise((resolve) => waiting.set(topic, [...(waiting.get(topic) ?? []), resolve]))
    },
    release: (topic) => held.delete(topic),
    began: (topic) => running.set(topic, (running.get(topic) ?? 0) + 1),
    ended: (topic) => {
      const left = (running.get(topic) ?? 1) - 1
      if (left > 0) {
        running.set(topic, left)
        return
      }
      running.delete(topic)
      for (const resolve of waiting.get(topic) ?? []) resolve()
      waiting.delete(topic)
    },
  }
}

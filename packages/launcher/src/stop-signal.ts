/** Resolves with the first signal that asks this process to end; a second one ends it at once. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        if (asked) process.exit(name === 'SIGINT' ? 130 : 143)
        asked = true
        resolve(name)
      })
    }
  })
}

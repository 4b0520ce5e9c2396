import { startProvider } from '../tenants/provider.ts'

/** Infobip, as far as a text needs it; `seenAt` has when each text came first, `repeats` how many came again. */
export async function startTextProvider({ latencyMs }: { readonly latencyMs: number }) {
  const seenAt = new Map<string, number>()
  let repeats = 0
  const provider = await startProvider({
    delayMs: latencyMs,
    onText: (text) => {
      // Without one it is no message of ours.
      if (text === '') return
      if (seenAt.has(text)) repeats++
      else seenAt.set(text, performance.now())
    },
  })
  return {
    url: provider.url,
    seenAt,
    repeats: () => repeats,
    count: (prefix: string) => [...seenAt.keys()].filter((text) => text.startsWith(prefix)).length,
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  }
}

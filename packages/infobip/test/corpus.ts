import { readdirSync, readFileSync } from 'node:fs'

/** The golden webhooks: every kind that Infobip sends, with invented numbers and names. */
export interface GoldenWebhook {
  readonly name: string
  readonly body: Buffer
}

const folder = new URL('./corpus/', import.meta.url)

export const corpus: readonly GoldenWebhook[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .toSorted()
  .map((file) => ({ name: file.replace(/\.json$/, ''), body: readFileSync(new URL(file, folder)) }))

export function golden(name: string): Buffer {
  const found = corpus.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no golden webhook is called ${name}`)
  return found.body
}

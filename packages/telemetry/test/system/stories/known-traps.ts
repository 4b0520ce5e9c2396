import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parts, type TraceStage } from '../trace-stage.ts'

/** What goes wrong with OpenTelemetry in systems like this, of which nothing may be in the spans of the other stories. */
export function knownTraps(stage: () => TraceStage): void {
  describe('of what goes wrong with OpenTelemetry in such systems', () => {
    it('no loader hook is needed: the spans above came from plain `node main.ts`', () => {
      expect(stage().commandLines).toHaveLength(parts.length)
      // How large a generation of the heap may be is not one.
      const plain = /node\S*( --max-\S+)* \S+\/src\/main\.ts$/
      for (const line of stage().commandLines) expect(line).toMatch(plain)
    })

    it('no instrumentation package is installed, instrumentation-kafkajs least of all', async () => {
      const lock = await readFile(new URL('../../../../../pnpm-lock.yaml', import.meta.url), 'utf8')
      const packages = new Set(
        [...lock.matchAll(/@opentelemetry\/(instrumentation-[\w-]+|auto-[\w-]+)/g)].map(([name]) => name),
      )
      expect([...packages]).toEqual([])
    })

    it('spans alone are sent: metrics are scraped and logs printed', () => {
      expect([...stage().receiver.paths]).toEqual(['/v1/traces'])
    })

    it('probes and scrapes make no spans', async () => {
      const names = new Set((await stage().receiver.spans()).map(({ name }) => name))
      expect([...names].filter((name) => /livez|readyz|metrics/.test(name))).toEqual([])
    })

    it('no phone number, name or text is in any span', () => {
      const sent = Buffer.concat(stage().receiver.received).toString('latin1')
      // Numbers of the tests have twelve digits; they are looked for in longer ones too.
      const windows = new Set(
        (sent.match(/\d{12,}/g) ?? []).flatMap((digits) =>
          Array.from({ length: digits.length - 11 }, (_, at) => digits.slice(at, at + 12)),
        ),
      )
      expect(stage().personal.filter((number) => windows.has(number))).toEqual([])
      for (const text of ['Teresa', 'An image, please', stage().system.number]) expect(sent).not.toContain(text)
    })

    it('names and attributes are those of the current messaging conventions', async () => {
      const attributes = new Set((await stage().receiver.spans()).flatMap((span) => Object.keys(span.attributes)))
      for (const name of ['messaging.consumer.group.name', 'messaging.kafka.offset', 'messaging.operation.type'])
        expect(attributes).toContain(name)
      for (const former of [
        'messaging.operation',
        'messaging.kafka.message.offset',
        'messaging.kafka.message.key',
        'http.method',
        'http.url',
      ])
        expect(attributes).not.toContain(former)
    })
  })
}

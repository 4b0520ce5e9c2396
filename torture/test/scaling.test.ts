import { testStack } from '@imchannel/testkit'
import { expect, it } from 'vitest'
import { roll } from '../src/fleet/roll.ts'

/** How often all of it is gone through: once in a run of all tests, as often as one likes by `npm run torture -- --scale`. */
const cycles = Number(process.env['SCALING_CYCLES'] ?? '1')

it(
  'scaling up and down under load loses, doubles and reorders nothing',
  { timeout: 300_000 + cycles * 300_000 },
  async () => {
    const { outputs, tally, ...counts } = await roll({
      ...testStack(),
      say: (line) => process.stdout.write(`${line}\n`),
      perform: async ({ add, drop, flow }) => {
        for (let cycle = 0; cycle < cycles; cycle++) {
          await add('dispatcher')
          await flow()
          await Promise.all([add('dispatcher'), add('ingress'), add('media-server')])
          await flow()
          await Promise.all([drop('dispatcher'), drop('ingress'), drop('media-server')])
          await flow()
          await drop('dispatcher', 'kill')
          await flow()
          // Down to one of each, and back to two.
          await Promise.all([drop('dispatcher'), drop('ingress'), drop('media-server')])
          await flow()
          await Promise.all([add('dispatcher'), add('ingress'), add('media-server')])
          await flow()
        }
      },
    })
    process.stdout.write(`scaling: ${JSON.stringify(counts)}\n`)
    expect(tally, outputs).toEqual({ lost: [], doubled: [], reordered: [], unreadable: [] })
    expect(counts.commands).toBeGreaterThan(100)
    expect(Math.min(counts.messages, counts.reports, counts.downloads)).toBeGreaterThan(0)
  },
)

import { waitUntil } from '@imchannel/testkit'
import type { Fleet, Instance, Kind } from './fleet.ts'
import { openFleet } from './fleet.ts'
import { startLoad } from './load.ts'
import type { FleetLoad } from './load.ts'
import { startProvider } from './provider.ts'
import type { Provider } from './provider.ts'
import { commandIdOf, readOutcomes, tally } from './tally.ts'
import type { Tally } from './tally.ts'

export interface RollOptions {
  brokers: readonly string[]
  redisUrl: string
  /** The folder of the build that everything is started from at first; this one without it. */
  checkout?: string
  /** Comings and goings, under load. */
  perform: (scene: Scene) => Promise<void>
  say?: (line: string) => void
}

/** What a performance has in hand. */
export interface Scene {
  readonly fleet: Fleet
  readonly provider: Provider
  /** Starts one more. Without `checkout` this build. */
  readonly add: (kind: Kind, checkout?: string) => Promise<void>
  /** Ends the one that has run for longest. */
  readonly drop: (kind: Kind, how?: 'stop' | 'kill') => Promise<void>
  /** Resolves when commands and messages have gone through since it was called. */
  readonly flow: () => Promise<void>
}

export interface Roll {
  readonly tally: Tally
  readonly commands: number
  readonly withoutId: number
  readonly messages: number
  readonly reports: number
  readonly downloads: number
  /** Everything printed, for a run that found something. */
  readonly outputs: string
}

const KINDS = ['dispatcher', 'ingress', 'media-server'] as const
/** In a busy minute of a busy machine an instance takes long to start, and a rebalance some seconds. */
const PATIENCE_MS = 180_000
const SOME = { commands: 15, messages: 10 }

/** Two of each service under load, what `perform` does with them, and the count of everything that went in and came out. */
export async function roll({
  brokers,
  redisUrl,
  checkout,
  perform,
  say = () => undefined,
}: RollOptions): Promise<Roll> {
  let load: FleetLoad | undefined
  await using provider = await startProvider((taken) => load?.report(taken))
  await using fleet = await openFleet({ brokers, redisUrl, providerUrl: provider.url })
  // One after the other makes the topics; the rest finds them.
  for (const kind of KINDS) await fleet.start(kind, checkout)
  await Promise.all(KINDS.map((kind) => fleet.start(kind, checkout)))
  load = await startLoad(fleet)
  const { written, messages } = load
  const scene: Scene = {
    fleet,
    provider,
    add: async (kind, from) => {
      const { url } = await fleet.start(kind, from)
      say(`+ ${kind} at ${url}${from === undefined ? '' : ', of the other build'}`)
    },
    drop: async (kind, how = 'stop') => {
      const oldest: Instance | undefined = fleet.running(kind)[0]
      if (oldest === undefined) throw new Error(`no ${kind} runs`)
      await oldest[how]()
      say(`- ${kind} at ${oldest.url} (${how})`)
    },
    flow: async () => {
      const before = { commands: provider.taken.length, messages: messages() }
      const what = () =>
        `${provider.taken.length - before.commands} commands and ${messages() - before.messages} messages went through`
      await waitUntil(
        () => provider.taken.length >= before.commands + SOME.commands && messages() >= before.messages + SOME.messages,
        { timeoutMs: PATIENCE_MS, what: 'the flow goes on' },
      ).catch((error: unknown) => {
        throw new Error(`${what()}\n${fleet.outputs()}`, { cause: error })
      })
    },
  }
  await scene.flow()
  await perform(scene)
  await scene.flow()
  await load.stop()
  const commands = [...written.commands.values()].flat()
  say(`the load has ended: ${commands.length} commands and ${messages()} messages are to be accounted for`)
  let outcomes = await readOutcomes(fleet)
  // What is missing at the end of it is in the tally.
  await waitUntil(
    async () => {
      outcomes = await readOutcomes(fleet)
      return (
        commands.every((text) => outcomes.accepted.has(commandIdOf(written, text))) &&
        written.reports.size <= outcomes.delivered.size
      )
    },
    { timeoutMs: PATIENCE_MS, what: 'an outcome of every command' },
  ).catch(() => undefined)
  return {
    tally: tally(written, provider.taken, outcomes),
    commands: commands.length,
    withoutId: written.placeIds.size,
    messages: messages(),
    reports: written.reports.size,
    downloads: written.media.whole,
    outputs: fleet.outputs(),
  }
}

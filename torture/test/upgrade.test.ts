import { readRange } from '@imchannel/kafka'
import { testStack, waitUntil } from '@imchannel/testkit'
import { expect, it } from 'vitest'
import { checkOut, commitOf, FIRST_RELEASE } from '../src/fleet/check-out.ts'
import { roll } from '../src/fleet/roll.ts'

/** `npm run torture -- --upgrade-from` names another. */
const wanted = process.env['UPGRADE_FROM'] ?? FIRST_RELEASE.tag
const commit = await commitOf(wanted)

it(
  `a rolling restart from ${wanted}, and one instance back, loses, doubles and reorders nothing`,
  { timeout: 600_000 },
  async ({ skip }) => {
    if (commit === undefined) return skip(`this checkout has no history with ${wanted}`)
    /** The numbers of the forms in which commands were parked: the first release wrote none. */
    const parkedBy = new Set<string>()
    await using before = await checkOut(commit)
    const { outputs, tally, ...counts } = await roll({
      ...testStack(),
      checkout: before.folder,
      say: (line) => process.stdout.write(`${line}\n`),
      perform: async ({ fleet, provider, add, drop, flow }) => {
        const [, ill] = fleet.tenants
        // Commands are parked by the old version and by the new one; both read what the other wrote.
        provider.refuse(ill.apiKey, true)
        await flow()
        // One of the old version dies with requests open, and what becomes of them is for the others to find out.
        const release = provider.hold()
        await waitUntil(() => provider.open() > 4)
        await drop('dispatcher', 'kill')
        release()
        await add('dispatcher', before.folder)
        await flow()
        for (const kind of ['ingress', 'media-server', 'dispatcher'] as const) {
          await add(kind)
          await flow()
          await drop(kind)
          await flow()
        }
        await add('dispatcher')
        await drop('dispatcher')
        await flow()
        provider.refuse(ill.apiKey, false)
        const healedAt = provider.taken.length
        await waitUntil(() => provider.taken.slice(healedAt).some(({ key }) => key === ill.apiKey), {
          timeoutMs: 120_000,
        })
        await Promise.all([add('ingress'), add('media-server')])
        await Promise.all([drop('ingress'), drop('media-server')])
        // Back, as after an upgrade that was regretted.
        provider.refuse(ill.apiKey, true)
        await flow()
        await add('dispatcher', before.folder)
        await drop('dispatcher')
        await flow()
        provider.refuse(ill.apiKey, false)
        for await (const { headers } of readRange(fleet.client, { topic: `${fleet.topics.outbound}.parked.${ill.id}` }))
          parkedBy.add(headers['imchannel-parked-format']?.toString() ?? 'no number')
      },
    })
    process.stdout.write(`upgrade from ${commit.slice(0, 7)} (${before.version}): ${JSON.stringify(counts)}\n`)
    expect(tally, outputs).toEqual({ lost: [], doubled: [], reordered: [], unreadable: [] })
    expect([...parkedBy].sort()).toEqual(
      wanted === FIRST_RELEASE.tag ? ['1', 'no number'] : expect.arrayContaining(['1']),
    )
    expect(counts.commands).toBeGreaterThan(100)
    expect(counts.withoutId).toBeGreaterThan(counts.commands / 4)
    expect(Math.min(counts.messages, counts.reports, counts.downloads)).toBeGreaterThan(0)
  },
)

import { z } from 'zod'
import { block, unblock, type BlockedKey } from '../../blocklist/blocklist.ts'
import { defined } from '../../delivery/defined.ts'
import { blocklistAddition, blocklistRemoval, blocklistSources } from '../../schemas/platform/blocklist.ts'
import type { Blocked } from '../../store/entities.ts'
import { infobipDate } from '../../wire/dates.ts'
import type { World } from '../../world.ts'
import { badRequest } from '../errors.ts'
import { parseBody, type Endpoint } from '../serve.ts'
import { violationsOf } from '../violations.ts'

const page = z.string().regex(/^\d+$/, 'must be an integer').transform(Number)
const query = z.looseObject({
  sender: z.string().optional(),
  destination: z.string().optional(),
  channel: z.string().optional(),
  sourceType: z.enum(blocklistSources).optional(),
  page: page.default(0),
  size: page.pipe(z.int().min(1).max(1000)).default(20),
})

/** What is asked for is done a little later: Infobip answers 202 at once. */
const DONE_AFTER_MS = 500

/** `/platform/1/blocklists`: whom Infobip sends nothing, "Do Not Contact" in its portal. It changes without a webhook. */
export function blocklists(world: World): Endpoint[] {
  const { store, clock } = world
  const shared = {
    path: '/platform/1/blocklists',
    api: 'blocklists',
    family: 'legacy',
    limit: { requests: 1, perMs: 1000 },
  } as const
  const later = (work: () => void): void => void clock.schedule(clock.now() + DONE_AFTER_MS, work)
  return [
    {
      ...shared,
      method: 'get',
      handle({ account, request }) {
        const parsed = query.safeParse(request.query)
        if (!parsed.success) throw badRequest('Bad Request', violationsOf(parsed.error))
        const { sender, destination, channel, sourceType, page: at, size } = parsed.data
        const all = [...store.all('blocked')].filter(
          (one) =>
            one.accountId === account.id &&
            (sender === undefined || one.sender === sender) &&
            (destination === undefined || one.destination === destination) &&
            (channel === undefined || one.channel === channel) &&
            (sourceType === undefined || one.sourceType === sourceType),
        )
        return {
          status: 200,
          body: {
            results: all.slice(at * size, (at + 1) * size).map(render),
            paging: { page: at, size, totalPages: Math.ceil(all.length / size), totalResults: all.length },
          },
        }
      },
    },
    {
      ...shared,
      method: 'post',
      handle({ account, body }) {
        const { blocklist } = parseBody(blocklistAddition, body)
        later(() => {
          for (const { destinations, sender, channel } of blocklist) {
            for (const { to } of destinations) {
              const about = { accountId: account.id, destination: to, sourceType: 'CUSTOM' } as const
              block(world, { ...about, ...defined({ sender, channel }) })
            }
          }
        })
        return { status: 202 }
      },
    },
    {
      ...shared,
      method: 'delete',
      handle({ account, body }) {
        const { blocklist } = parseBody(blocklistRemoval, body)
        later(() => {
          for (const { destinations, sender, channel, sourceType = 'CUSTOM' } of blocklist) {
            for (const { to } of destinations) {
              const key: BlockedKey = { accountId: account.id, destination: to, sourceType }
              unblock(world, { ...key, ...defined({ sender, channel }) })
            }
          }
        })
        return { status: 202 }
      },
    },
  ]
}

function render({ accountId, destination, sender, channel, sourceType, campaign, createdAt }: Blocked): unknown {
  return {
    ...defined({ sender, channel, campaign }),
    destination,
    sourceType,
    accountKey: accountId,
    createdDate: infobipDate(createdAt),
  }
}

import { z } from 'zod'
import { defined } from '../../delivery/defined.ts'
import {
  newSubscription,
  notificationProfile,
  profileUpdate,
  subscriptionUpdate,
} from '../../schemas/platform/subscriptions.ts'
import type { NotificationProfile, Subscription } from '../../store/entities.ts'
import { profileKey, subscriptionKey } from '../../subscriptions/subscribers.ts'
import type { World } from '../../world.ts'
import { badRequest, notFound } from '../errors.ts'
import { parseBody, type Context, type Endpoint } from '../serve.ts'
import { violationsOf } from '../violations.ts'

const integer = z.string().regex(/^\d+$/, 'must be an integer').transform(Number)
const paging = z.looseObject({ page: integer.default(0), size: integer.pipe(z.int().min(1).max(100)).default(20) })

/** `/subscriptions/1/…`: where Infobip sends which webhooks. Those of the emulator's own settings are among them. */
export function subscriptions({ store }: World): Endpoint[] {
  const shared = { api: 'subscriptions', family: 'platform' } as const
  const [subscriptionsPath, profilesPath] = ['/subscriptions/1/subscription/:channel', '/subscriptions/1/profiles']
  const onePath = `${subscriptionsPath}/:subscriptionId`

  const subscriptionOf = ({ account, params }: Context): Subscription => {
    const { channel = '', subscriptionId = '' } = params
    const found = store.get('subscription', subscriptionKey(account.id, channel, subscriptionId))
    if (found === undefined) throw notFound('Subscription not found')
    return found
  }
  const profileOf = ({ account, params }: Context): NotificationProfile => {
    const found = store.get('profile', profileKey(account.id, params.profileId ?? ''))
    if (found === undefined) throw notFound('Profile not found')
    return found
  }
  /** A profile may be named, or given whole. */
  const keepProfile = (accountId: string, given: z.infer<typeof notificationProfile>): void => {
    const { profileId, ...settings } = given
    const id = profileKey(accountId, profileId)
    if (settings.webhook !== undefined) store.put('profile', { id, accountId, profileId, settings })
    else if (store.get('profile', id) === undefined) {
      throw badRequest('Bad Request', [
        { property: 'profile.profileId', violation: 'is not a profile of this account' },
      ])
    }
  }

  return [
    {
      ...shared,
      method: 'get',
      path: subscriptionsPath,
      handle: ({ account, params, request }) =>
        pageOf(
          request.query,
          [...store.all('subscription')]
            .filter((one) => one.accountId === account.id && one.channel === params.channel)
            .map(renderSubscription),
        ),
    },
    {
      ...shared,
      method: 'post',
      path: subscriptionsPath,
      handle({ account, params, body }) {
        const { subscriptionId, profile, name, events, criteria, resources } = parseBody(newSubscription, body)
        const { channel = '' } = params
        const id = subscriptionKey(account.id, channel, subscriptionId)
        if (store.get('subscription', id) !== undefined) {
          throw badRequest('Bad Request', [{ property: 'subscriptionId', violation: 'is taken' }])
        }
        keepProfile(account.id, profile)
        const { profileId } = profile
        store.put('subscription', {
          id,
          accountId: account.id,
          channel,
          subscriptionId,
          profileId,
          events,
          ...defined({ name, criteria, resources }),
        })
        return { status: 201, body: { subscriptionId, profile: { profileId } } }
      },
    },
    {
      ...shared,
      method: 'get',
      path: onePath,
      handle: (context) => ({ status: 200, body: renderSubscription(subscriptionOf(context)) }),
    },
    {
      ...shared,
      method: 'put',
      path: onePath,
      handle(context) {
        const known = subscriptionOf(context)
        const { profile, name, events, criteria, resources } = parseBody(subscriptionUpdate, context.body)
        if (profile !== undefined) keepProfile(context.account.id, profile)
        const changed: Subscription = {
          ...known,
          events,
          ...defined({ name, criteria, resources, profileId: profile?.profileId }),
        }
        store.put('subscription', changed)
        return { status: 200, body: renderSubscription(changed) }
      },
    },
    {
      ...shared,
      method: 'delete',
      path: onePath,
      handle(context) {
        store.remove('subscription', subscriptionOf(context).id)
        return { status: 200 }
      },
    },
    {
      ...shared,
      method: 'get',
      path: profilesPath,
      handle: ({ account, request }) =>
        pageOf(
          request.query,
          [...store.all('profile')].filter((one) => one.accountId === account.id).map(renderProfile),
        ),
    },
    {
      ...shared,
      method: 'post',
      path: profilesPath,
      handle({ account, body }) {
        const { profileId, ...settings } = parseBody(notificationProfile, body)
        const id = profileKey(account.id, profileId)
        if (store.get('profile', id) !== undefined) {
          throw badRequest('Bad Request', [{ property: 'profileId', violation: 'is taken' }])
        }
        store.put('profile', { id, accountId: account.id, profileId, settings })
        return { status: 201, body: { profileId } }
      },
    },
    {
      ...shared,
      method: 'get',
      path: `${profilesPath}/:profileId`,
      handle: (context) => ({ status: 200, body: renderProfile(profileOf(context)) }),
    },
    {
      ...shared,
      method: 'put',
      path: `${profilesPath}/:profileId`,
      handle(context) {
        const known = profileOf(context)
        const settings = parseBody(profileUpdate, context.body)
        // One that was changed is the API's from then on.
        const { isConfigured: _, ...profile } = known
        store.put('profile', { ...profile, settings })
        return { status: 200, body: renderProfile({ ...known, settings }) }
      },
    },
    {
      ...shared,
      method: 'delete',
      path: `${profilesPath}/:profileId`,
      handle(context) {
        const { id, profileId, accountId } = profileOf(context)
        const isUsed = [...store.all('subscription')].some(
          (one) => one.accountId === accountId && one.profileId === profileId,
        )
        if (isUsed) throw badRequest('Bad Request', [{ property: 'profileId', violation: 'is used by a subscription' }])
        store.remove('profile', id)
        return { status: 200 }
      },
    },
  ]
}

function pageOf(query: unknown, all: readonly unknown[]) {
  const parsed = paging.safeParse(query)
  if (!parsed.success) throw badRequest('Bad Request', violationsOf(parsed.error))
  const { page, size } = parsed.data
  return {
    status: 200,
    body: {
      results: all.slice(page * size, (page + 1) * size),
      paging: { page, size, totalPages: Math.ceil(all.length / size), totalResults: all.length },
    },
  }
}

function renderSubscription({ subscriptionId, name, profileId, events, criteria, resources }: Subscription): unknown {
  return { subscriptionId, profile: { profileId }, events, ...defined({ name, criteria, resources }) }
}

const renderProfile = ({ profileId, settings }: NotificationProfile): unknown => ({ profileId, ...settings })

import { z } from 'zod'
import { object, text, upTo } from '../parts.ts'

const name = text(1, 255)

const webhook = object({ contentType: upTo(255).optional(), notifyUrl: upTo(512) })

const profileFields = {
  webhook: webhook.optional(),
  security: object({ authId: name }).optional(),
  clientCertificateId: upTo(255).optional(),
  maxBucketSize: z.int().min(1).max(2000).optional(),
  windowSize: z.int().min(20).max(10_000).optional(),
  connectTimeout: z.int().min(300).max(30_000).optional(),
  readTimeout: z.int().min(1000).max(90_000).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  rateLimit: z.int().min(1).max(5000).optional(),
}

/** Body of `POST /subscriptions/1/profiles`. */
export const notificationProfile = object({ profileId: name, ...profileFields })

/** Body of `PUT /subscriptions/1/profiles/{profileId}`. */
export const profileUpdate = object(profileFields)

const event = z.union([z.string(), object({ event: z.string(), format: z.string() })])
const subscriptionFields = {
  name: name.optional(),
  events: z.array(event).max(255),
  criteria: z.array(object({})).max(255).optional(),
  resources: z.array(upTo(255)).max(255).optional(),
}

/** Body of `POST /subscriptions/1/subscription/{channel}`: its profile by id, or whole. */
export const newSubscription = object({ subscriptionId: name, ...subscriptionFields, profile: notificationProfile })

/** Body of `PUT /subscriptions/1/subscription/{channel}/{subscriptionId}`. */
export const subscriptionUpdate = object({ ...subscriptionFields, profile: notificationProfile.optional() })

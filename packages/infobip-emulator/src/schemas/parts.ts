import { z } from 'zod'
import { parseDate } from '../wire/dates.ts'

/** Fields that nobody knows pass, as with Infobip. */
export const object = z.looseObject

/** Length in code points, as JSON Schema counts: an emoji is one. */
const codePoints = (value: string): number => {
  let count = 0
  for (const _ of value) count++
  return count
}

export const text = (min: number, max: number) =>
  z.string().refine(
    (value) => {
      // UTF-16 never counts fewer than code points.
      if (value.length < min) return false
      if (value.length <= max && min <= 1) return true
      const length = codePoints(value)
      return length >= min && length <= max
    },
    { error: `length must be between ${min} and ${max}` },
  )
export const upTo = (max: number) => text(0, max)

/** The URL of a media item in the whatsapp paths. */
export const mediaUrl = text(1, 2048)

const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:?\d{2})$/

/** A moment in any of Infobip's spellings, an offset without a colon among them. */
export const dateTime = z.string().refine((value) => DATE_TIME.test(value) && parseDate(value) !== undefined, {
  error: 'must be a date and time with an offset',
})

export const latitude = z.number().min(-90).max(90)
export const longitude = z.number().min(-180).max(180)

/** An object of objects. */
export const records = z.record(z.string(), z.looseObject({}))

/** An array in which nothing is twice. */
export const unique = (item: z.ZodString) =>
  z.array(item).refine((values) => new Set(values).size === values.length, { error: 'must not have the same twice' })

/** Exactly one of them fits. */
export function oneOf<A extends z.ZodType, B extends z.ZodType>(a: A, b: B) {
  return z.union([a, b]).refine((value) => !(a.safeParse(value).success && b.safeParse(value).success), {
    error: 'must match exactly one schema',
  })
}

/** Infobip's own words for the units of a validity period on omni. */
export const timeUnit = z.enum(['NANOSECONDS', 'MICROSECONDS', 'MILLISECONDS', 'SECONDS', 'MINUTES', 'HOURS', 'DAYS'])
export type TimeUnit = z.infer<typeof timeUnit>

export const platform = object({ entityId: upTo(255).optional(), applicationId: upTo(255).optional() })

/** Validity in the whatsapp and messages paths. */
export const validityPeriod = object({
  amount: z.int32(),
  timeUnit: z.enum(['SECONDS', 'MINUTES', 'HOURS']).optional(),
})

export const schedule = object({
  bulkId: upTo(100).optional(),
  sendAt: dateTime.optional(),
  sendingSpeedLimit: object({ amount: z.int32(), timeUnit: z.enum(['MINUTE', 'HOUR', 'DAY']).optional() }).optional(),
})

export const urlOptions = object({
  shortenUrl: z.boolean().optional(),
  trackClicks: z.boolean().optional(),
  trackingUrl: z.string().optional(),
  removeProtocol: z.boolean().optional(),
  customDomain: z.string().optional(),
})

/** A vCard's plain parts, whichever words its types may have. */
export const contactCard = (types: { place: z.ZodType<string>; phone: z.ZodType<string> }) => {
  const optional = z.string().optional()
  return object({
    addresses: z
      .array(
        object({
          street: optional,
          city: optional,
          state: optional,
          zip: optional,
          country: optional,
          countryCode: optional,
          type: types.place.optional(),
        }),
      )
      .optional(),
    birthday: optional,
    emails: z.array(object({ email: optional, type: types.place.optional() })).optional(),
    name: object({
      firstName: z.string(),
      lastName: optional,
      middleName: optional,
      nameSuffix: optional,
      namePrefix: optional,
      formattedName: z.string(),
    }),
    org: object({ company: optional, department: optional, title: optional }).optional(),
    phones: z.array(object({ phone: optional, type: types.phone.optional(), waId: optional })).optional(),
    urls: z.array(object({ url: optional, type: types.place.optional() })).optional(),
  })
}

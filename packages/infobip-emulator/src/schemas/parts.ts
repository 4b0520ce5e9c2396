import { z } from 'zod'
import { parseDate } from '../wire/dates.ts'

/** Fields that nobody knows pass, as with Infobip. */
export const object = z.looseObject

export const text = (min: number, max: number) => z.string().min(min).max(max)
export const upTo = (max: number) => z.string().max(max)

const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:?\d{2})$/

/** A moment in any of Infobip's spellings, an offset without a colon among them. */
export const dateTime = z.string().refine((value) => DATE_TIME.test(value) && parseDate(value) !== undefined, {
  error: 'must be a date and time with an offset',
})

export const latitude = z.number().min(-90).max(90)
export const longitude = z.number().min(-180).max(180)

/** Infobip's own words for the units of a validity period. */
export const timeUnit = z.enum(['NANOSECONDS', 'MICROSECONDS', 'MILLISECONDS', 'SECONDS', 'MINUTES', 'HOURS', 'DAYS'])
export type TimeUnit = z.infer<typeof timeUnit>

import { isIP } from 'node:net'
import { z } from 'zod'
import { Secret } from './secret.ts'

const digitsOnly = /^\d+$/

/** Whole numbers; digits in a string count, since `${NAME}` and `${file:…}` give strings. */
export function wholeNumber(min: number, max: number) {
  return z.preprocess(
    (value) => (typeof value === 'string' && digitsOnly.test(value) ? Number(value) : value),
    z
      .number({ error: () => `must be a whole number from ${min} to ${max}` })
      .int({ error: () => `must be a whole number from ${min} to ${max}` })
      .min(min, { error: () => `must be at least ${min}` })
      .max(max, { error: () => `must be at most ${max}` }),
  )
}

/** A rate: may be below one. */
export const rate = z.preprocess(
  (value) => (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value),
  z
    .number({ error: () => 'must be a number above 0' })
    .positive({ error: () => 'must be a number above 0' })
    .max(100_000),
)

/** Not z.coerce.boolean(), which takes "false" for true. */
export const flag = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean({ error: () => 'must be true or false' }),
)

const durationUnits: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const durationText = /^(\d+)(ms|s|m|h|d)$/

/** Milliseconds as a number, or a text such as `500ms`, `30s`, `5m`, `48h`, `7d`. */
export function duration(minMs: number, maxMs: number) {
  return z.preprocess(
    (value) => {
      if (typeof value !== 'string') return value
      if (digitsOnly.test(value)) return Number(value)
      const [, count, unit] = durationText.exec(value) ?? []
      return count === undefined || unit === undefined ? value : Number(count) * (durationUnits[unit] ?? Number.NaN)
    },
    z
      .number({ error: () => 'must be a duration: milliseconds, or a number with ms, s, m, h or d such as "48h"' })
      .int()
      .min(minMs, { error: () => `must be at least ${minMs} ms` })
      .max(maxMs, { error: () => `must be at most ${maxMs} ms` })
      .meta({ shown: 'duration' }),
  )
}

const sizeUnits: Record<string, number> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 }
const sizeText = /^(\d+)\s*(b|kb|mb|gb|kib|mib|gib)$/i

/** Bytes as a number, or a text such as `32MiB` or `100MB`. */
export function size(minBytes: number, maxBytes: number) {
  return z.preprocess(
    (value) => {
      if (typeof value !== 'string') return value
      if (digitsOnly.test(value)) return Number(value)
      const [, count, unit] = sizeText.exec(value) ?? []
      return count === undefined || unit === undefined
        ? value
        : Number(count) * (sizeUnits[unit.toLowerCase()] ?? Number.NaN)
    },
    z
      .number({ error: () => 'must be a size: bytes, or a number with kB, MB, GB, KiB, MiB or GiB such as "32MiB"' })
      .int()
      .min(minBytes, { error: () => `must be at least ${minBytes} bytes` })
      .max(maxBytes, { error: () => `must be at most ${maxBytes} bytes` })
      .meta({ shown: 'size' }),
  )
}

const secretText = z.preprocess((value) => (typeof value === 'number' ? String(value) : value), nonEmpty('secret'))

/** Text that must never be printed. A number is taken too: YAML reads `1234` as one. */
export const secret = secretText.transform((value) => new Secret(value))

/** A secret that is compared with a header, or sent in one: what HTTP does not carry as it is written would never match. */
export const headerSecret = secretText
  .refine((value) => /^([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)?$/.test(value), {
    error: () =>
      'must be letters, digits and signs of ASCII, without a space at either end: a header carries no other text',
  })
  .transform((value) => new Secret(value))

/** A token of this system's own after `Bearer`: without a space, which ends it. */
export const tokenSecret = secretText
  .refine((value) => /^[\x21-\x7e]*$/.test(value), {
    error: () => 'must be letters, digits and signs of ASCII without spaces, as a header carries them',
  })
  .transform((value) => new Secret(value))

/** A token after `Bearer` as other systems send it. */
export const bearerSecret = secretText
  .refine((value) => /^[\w.~+/-]*=*$/.test(value), {
    error: () => 'must be letters, digits and - . _ ~ + / with = at the end alone, as a bearer token is',
  })
  .transform((value) => new Secret(value))

const SHORTEST_KEY = 16

/** A secret that signs what others can read: a short one is found by trying, without asking anybody. */
export const signingSecret = secretText
  .refine((value) => value === '' || value.length >= SHORTEST_KEY, {
    error: () => `must have at least ${SHORTEST_KEY} characters: whoever reads a link could find a shorter one`,
  })
  .transform((value) => new Secret(value))

export function nonEmpty(what: string) {
  return z
    .string({ error: (issue) => (issue.input === undefined ? 'is missing' : `must be text (a ${what})`) })
    .min(1, { error: () => 'is empty' })
}

/** Digits of a phone number: a leading + or 00 and separators are taken off. */
export const phoneNumber = z
  .preprocess((value) => (typeof value === 'number' ? String(value) : value), nonEmpty('phone number'))
  .transform((value) =>
    value
      .normalize('NFKC')
      .replaceAll(/[\s\p{Cf}\p{Pd}\u2212().]/gu, '')
      .replace(/^(\+|00)/, ''),
  )
  .refine((value) => /^\d{3,15}$/.test(value), {
    error: () => 'must be a phone number: 3 to 15 digits with the country code',
  })

export function webUrl(what: string) {
  return nonEmpty(what)
    .refine((value) => isWebUrl(value), {
      error: () => 'must be a URL that starts with https:// or http://, without user, query and fragment',
    })
    .transform((value) => value.replace(/\/+$/, ''))
}

function isWebUrl(value: string): boolean {
  const url = URL.parse(value)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return false
  return url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}

/** `10.0.0.0/8`, `2001:db8::/32` or one address. */
export const addressRange = nonEmpty('address range').refine(isAddressRange, {
  error: () => 'must be an IP address or a range such as 193.105.74.0/24',
})

/** `cdn.example.com`, `*.example.com`, or what an address range is. */
export const hostOrRange = nonEmpty('host or address range').refine(
  (value) => isAddressRange(value) || (/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(value) && !/^[\d.]+$/.test(value)),
  {
    error: () =>
      'must be a host such as cdn.example.com or *.example.com, an IP address, or a range such as 10.0.0.0/8',
  },
)

function isAddressRange(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

/** A list, or its one element. With `whenEmpty` an empty list is refused in these words. */
export function oneOrMore<T extends z.ZodType>(element: T, whenEmpty?: string) {
  const list = z.array(element)
  return z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    whenEmpty === undefined ? list : list.min(1, { error: () => whenEmpty }),
  )
}

/** A name of the IANA time zone database. */
export const timeZone = nonEmpty('time zone').refine(isTimeZone, 'must be a time zone such as Europe/Lisbon')

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

import { createHash } from 'node:crypto'
import { escapeField, unescapeField } from './escape-field.ts'

const FORMS = { content: 'c', fallback: 'f' } as const
const APIS = { omni: 'o', whatsapp: 'w', messages: 'm' } as const
const CLASSES = { reply: 'r', notification: 'n', bulk: 'b' } as const
const WINDOWS = { open: 'o', closed: 'c' } as const
const ANSWERS = { yes: 'y', no: 'n' } as const
const CATEGORIES = { marketing: 'm', utility: 'u', authentication: 'a', service: 's' } as const

/** How the latest request of a command was made; each part where it was known. Entries have it from format 2 on. */
export interface RequestDetails {
  /** Which of the command's two contents was sent. */
  form?: keyof typeof FORMS
  api?: keyof typeof APIS
  class?: keyof typeof CLASSES
  /** Kept up to 28 bytes. */
  source?: string
  /** Kept up to 40 bytes. */
  template?: string
  /** Of the template at the request; `service` for what is none. */
  category?: keyof typeof CATEGORIES
  /** The customer's, at the request. */
  window?: keyof typeof WINDOWS
  /** Whether the request was made in the 72 hours that the answer to an ad opens. */
  freeEntryPoint?: keyof typeof ANSWERS
  /** `accountHash` of the base URL that the request went to. */
  account?: string
}

/** An entry takes 100 bytes at most for these: with the letters, the account and the commas, 91. */
const SOURCE_BYTES = 28
const TEMPLATE_BYTES = 40
const ACCOUNT_BYTES = 8

/** Tells an account's base URLs apart, in 8 characters: 48 bits, among the handful that a tenant ever had. */
export function accountHash(baseUrl: string): string {
  return createHash('sha256').update(baseUrl).digest('base64url').slice(0, ACCOUNT_BYTES)
}

/** `form,api,class,source,template,category,window and free entry point,account`, without what is empty at the end. */
export function encodeDetails(details: RequestDetails = {}): string {
  const { form, api, source = '', template = '', category, window, freeEntryPoint, account = '' } = details
  const fields = [
    form === undefined ? '' : FORMS[form],
    api === undefined ? '' : APIS[api],
    details.class === undefined ? '' : CLASSES[details.class],
    text(source, SOURCE_BYTES),
    text(template, TEMPLATE_BYTES),
    category === undefined ? '' : CATEGORIES[category],
    (window === undefined ? '' : WINDOWS[window]) + (freeEntryPoint === undefined ? '' : ANSWERS[freeEntryPoint]),
    text(account, ACCOUNT_BYTES),
  ]
  return fields.join(',').replace(/,+$/, '')
}

/** What a newer version has beyond these fields, or names by other letters, is passed over. */
export function decodeDetails(stored: string): RequestDetails {
  const [form = '', api = '', one = '', source = '', template = '', category = '', facts = '', account = ''] =
    stored.split(',')
  return {
    ...optional('form', keyOf(FORMS, form)),
    ...optional('api', keyOf(APIS, api)),
    ...optional('class', keyOf(CLASSES, one)),
    ...optional('source', unescapeField(source)),
    ...optional('template', unescapeField(template)),
    ...optional('category', keyOf(CATEGORIES, category)),
    ...optional('window', keyOf(WINDOWS, facts.replace(/[yn]/, ''))),
    ...optional('freeEntryPoint', keyOf(ANSWERS, facts.replace(/[oc]/, ''))),
    ...optional('account', unescapeField(account)),
  }
}

function optional<K extends string, V extends string>(key: K, value: V | undefined): { [key in K]?: V } {
  // `as`: the key is the one that was given.
  return (value === undefined || value === '' ? {} : { [key]: value }) as { [key in K]?: V }
}

function keyOf<T extends Record<string, string>>(letters: T, letter: string): Extract<keyof T, string> | undefined {
  for (const key in letters) if (letters[key] === letter) return key
  return undefined
}

function text(value: string, maxBytes: number): string {
  let cut = escapeField(value, { commas: true })
  // By whole characters, and no escape in half: rare, so the simplest way.
  for (
    let rest = value.slice(0, maxBytes);
    Buffer.byteLength(cut) > maxBytes;
    cut = escapeField(rest, { commas: true })
  ) {
    rest = rest.replace(/.$/su, '')
  }
  return cut
}

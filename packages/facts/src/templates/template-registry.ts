import { createHash } from 'node:crypto'
import { templateKey, type TemplateRecord } from '@imchannel/events'
import { readTemplates, type TemplateDefinition } from '@imchannel/infobip'
import type { KnownTemplate } from './check-template.ts'

/** Which template is meant: names and languages are exact. */
export interface TemplateQuery {
  readonly tenant: string
  /** The business number that is to send it. */
  readonly sender: string
  readonly name: string
  readonly language: string
}

/**
 * What is known of a template now. `absent`: all templates of the number's business account were read lately, and it is not among
 * them. `unknown`: not read, or too long ago to speak against sending.
 */
export type TemplateFact =
  | { readonly kind: 'known'; readonly template: KnownTemplate; readonly ageMs: number }
  | { readonly kind: 'absent'; readonly ageMs: number }
  | { readonly kind: 'unknown' }

/** The port of whoever asks about templates. Answers from memory at once. */
export interface Templates {
  find(query: TemplateQuery): TemplateFact
}

/** That all templates of a number were read: when, and what they were. */
export interface TemplateList {
  readonly tenant: string
  readonly sender: string
  /** Absent where the number has no template, which would name it. */
  readonly businessAccountId?: string | undefined
  /** In ms since 1970, on the registry's clock. */
  readonly readAt: number
  /** By `digestOf`: whoever has other templates in memory has not heard of all of them yet, or of later ones. */
  readonly digest: string
}

export interface KnownEntry {
  readonly record: TemplateRecord
  readonly definition: TemplateDefinition
}

/** The templates of all business accounts in memory. */
export interface TemplateRegistry extends Templates {
  put(record: TemplateRecord): void
  remove(key: string): void
  /** What was read lately, in place of what was said before. */
  setLists(lists: readonly TemplateList[]): void
  ofAccount(tenant: string, businessAccountId: string): readonly KnownEntry[]
  /** By WhatsApp's id, which webhooks name. */
  byId(tenant: string, id: string): KnownEntry | undefined
  size(): number
}

export interface TemplateRegistryOptions {
  /** In ms since 1970. */
  readonly now: () => number
  /** What was read longer ago is not known. */
  readonly freshMs: number
}

export function createTemplateRegistry({ now, freshMs }: TemplateRegistryOptions): TemplateRegistry {
  const byKey = new Map<string, KnownEntry>()
  const byId = new Map<string, KnownEntry>()
  const byAccount = new Map<string, { entries: Map<string, KnownEntry>; digest: string | undefined }>()
  let lists = new Map<string, TemplateList>()

  function remove(key: string): void {
    const entry = byKey.get(key)
    if (entry === undefined) return
    byKey.delete(key)
    const { tenant, id, businessAccountId } = entry.record
    if (byId.get(`${tenant}:${id}`) === entry) byId.delete(`${tenant}:${id}`)
    const account = byAccount.get(`${tenant}:${businessAccountId}`)
    account?.entries.delete(key)
    if (account?.entries.size === 0) byAccount.delete(`${tenant}:${businessAccountId}`)
    else if (account !== undefined) account.digest = undefined
  }

  function put(record: TemplateRecord): void {
    const [definition] = readTemplates({ templates: [record] })
    if (definition === undefined) return
    const key = templateKey(record)
    remove(key)
    const entry = { record, definition }
    byKey.set(key, entry)
    byId.set(`${record.tenant}:${record.id}`, entry)
    const name = `${record.tenant}:${record.businessAccountId}`
    const account = byAccount.get(name) ?? { entries: new Map<string, KnownEntry>(), digest: undefined }
    account.entries.set(key, entry)
    account.digest = undefined
    byAccount.set(name, account)
  }

  function digestOfAccount(tenant: string, businessAccountId: string): string {
    const account = byAccount.get(`${tenant}:${businessAccountId}`)
    if (account === undefined) return digestOf([])
    return (account.digest ??= digestOf([...account.entries.values()].map(({ record }) => record)))
  }

  /** When all templates of the number were read last, where what was read is what is in memory. */
  function readAtOf(list: TemplateList): number | undefined {
    const { tenant, businessAccountId, readAt, digest } = list
    const held = businessAccountId === undefined ? digestOf([]) : digestOfAccount(tenant, businessAccountId)
    return held === digest ? readAt : undefined
  }

  function find({ tenant, sender, name, language }: TemplateQuery): TemplateFact {
    const list = lists.get(`${tenant}:${sender}`)
    if (list === undefined) return { kind: 'unknown' }
    const readAt = readAtOf(list)
    const { businessAccountId } = list
    const entry =
      businessAccountId === undefined
        ? undefined
        : byKey.get(templateKey({ tenant, businessAccountId, name, language }))
    if (entry === undefined) {
      const ageMs = now() - (readAt ?? -Infinity)
      return ageMs > freshMs ? { kind: 'unknown' } : { kind: 'absent', ageMs: Math.max(0, ageMs) }
    }
    const ageMs = now() - Math.max(readAt ?? -Infinity, Date.parse(entry.record.asOf))
    if (ageMs > freshMs) return { kind: 'unknown' }
    return {
      kind: 'known',
      template: { definition: entry.definition, isListed: true },
      ageMs: Math.max(0, ageMs),
    }
  }

  return {
    find,
    put,
    remove,
    setLists: (next) => {
      lists = new Map(next.map((one) => [`${one.tenant}:${one.sender}`, one]))
    },
    ofAccount: (tenant, businessAccountId) => [
      ...(byAccount.get(`${tenant}:${businessAccountId}`)?.entries.values() ?? []),
    ],
    byId: (tenant, id) => byId.get(`${tenant}:${id}`),
    size: () => byKey.size,
  }
}

/** Tells whether two have the same templates in the same states. */
export function digestOf(
  records: readonly Pick<TemplateRecord, 'name' | 'language' | 'status' | 'category'>[],
): string {
  const lines = records.map(({ name, language, status, category }) =>
    JSON.stringify([name, language, status, category]),
  )
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex').slice(0, 16)
}

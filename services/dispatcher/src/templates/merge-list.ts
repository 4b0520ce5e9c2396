import { templateKey, type TemplateRecord } from '@imchannel/events'
import type { KnownEntry } from '@imchannel/facts'
import type { ListedTemplate } from '@imchannel/infobip'

/** Something that a reading found otherwise than it was known. */
export interface FoundChange {
  readonly record: TemplateRecord
  readonly type: 'TEMPLATE_STATUS_UPDATE' | 'TEMPLATE_CATEGORY_UPDATE' | 'TEMPLATE_QUALITY_UPDATE'
  readonly previous: string | undefined
  readonly current: string
  /** Since when the former state was known: with it, the same change found twice has one id. */
  readonly knownSince: string | undefined
}

export interface Merged {
  /** As they are from now on, those of later webhooks included. */
  readonly records: readonly TemplateRecord[]
  /** To be written. */
  readonly changed: readonly TemplateRecord[]
  /** Keys of those that are gone. */
  readonly gone: readonly string[]
  readonly changes: readonly FoundChange[]
}

/** What was read, of one business account. */
export interface ReadList {
  readonly tenant: string
  readonly businessAccountId: string
  readonly listed: readonly ListedTemplate[]
  /** When the reading began, in ms since 1970. */
  readonly readAt: number
}

/**
 * Compares a list with what was known of its business account. What a webhook said after the reading began stays. Of an account
 * of which nothing was known, everything is written and nothing counts as changed.
 */
export function mergeList(
  { tenant, businessAccountId, listed, readAt }: ReadList,
  known: readonly KnownEntry[],
): Merged {
  const before = new Map(known.map(({ record }) => [templateKey(record), record]))
  const asOf = new Date(readAt).toISOString()
  const records: TemplateRecord[] = []
  const changed: TemplateRecord[] = []
  const changes: FoundChange[] = []
  for (const one of listed) {
    const read = toRecord(one, { tenant, businessAccountId, asOf })
    const key = templateKey(read)
    const former = before.get(key)
    before.delete(key)
    if (former !== undefined && former.asOf > asOf) {
      records.push(former)
      continue
    }
    const isSame = former !== undefined && contentOf(former) === contentOf(read)
    records.push(isSame ? former : read)
    if (isSame) continue
    changed.push(read)
    if (known.length > 0) changes.push(...changesOf(former, read))
  }
  const gone: string[] = []
  for (const [key, former] of before) {
    if (former.asOf > asOf) {
      records.push(former)
      continue
    }
    gone.push(key)
    changes.push(...changesOf(former, { ...former, status: 'DELETED' }))
  }
  return { records, changed, gone, changes }
}

function toRecord(
  { id, name, language, status, category, quality, listed }: ListedTemplate,
  rest: Pick<TemplateRecord, 'tenant' | 'businessAccountId' | 'asOf'>,
): TemplateRecord {
  return {
    tenant: rest.tenant,
    businessAccountId: rest.businessAccountId,
    id,
    name,
    language,
    status,
    category,
    quality,
    structure: listed,
    asOf: rest.asOf,
    source: 'poll',
  }
}

function contentOf({ id, status, category, quality, structure }: TemplateRecord): string {
  return JSON.stringify([id, status, category, quality, structure])
}

function changesOf(former: TemplateRecord | undefined, record: TemplateRecord): FoundChange[] {
  const of = (type: FoundChange['type'], previous: string | undefined, current: string | undefined): FoundChange[] =>
    current === undefined || current === previous ? [] : [{ record, type, previous, current, knownSince: former?.asOf }]
  return [
    ...of('TEMPLATE_STATUS_UPDATE', former?.status, record.status),
    // A new one has its category and quality from the start.
    ...(former === undefined
      ? []
      : [
          ...of('TEMPLATE_CATEGORY_UPDATE', former.category, record.category),
          ...of('TEMPLATE_QUALITY_UPDATE', former.quality, record.quality),
        ]),
  ]
}

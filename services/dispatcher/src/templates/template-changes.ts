import { conversationKey, eventIds, type ImEvent, type TemplateChanged, type TemplateRecord } from '@imchannel/events'
import type { FoundChange } from './merge-list.ts'

/** What a webhook's event makes of a known template; undefined where it changes nothing, or is older than what is known. */
export function applyChange(
  record: TemplateRecord,
  { change, changedAt }: TemplateChanged,
): TemplateRecord | undefined {
  if (changedAt === undefined || changedAt <= record.asOf) return undefined
  const changed = { ...record, asOf: changedAt, source: 'webhook' as const }
  switch (change.type) {
    case 'TEMPLATE_STATUS_UPDATE':
      return change.status === undefined ? undefined : { ...changed, status: change.status }
    case 'TEMPLATE_CATEGORY_UPDATE':
      return change.current === undefined ? undefined : { ...changed, category: change.current }
    case 'TEMPLATE_QUALITY_UPDATE':
      return change.current === undefined ? undefined : { ...changed, quality: change.current }
    default:
      return undefined
  }
}

/** The same for a webhook and for a reading that finds what it told. */
export function toldKey(tenant: string, templateId: string, change: TemplateChanged['change']): string {
  return `${tenant}:${templateId}:${change.type}:${change.status ?? change.current ?? ''}`
}

/** The event of what a reading found and no webhook told. */
export function foundEvent({ record, type, previous, current, knownSince }: FoundChange, readAt: number): ImEvent {
  const { tenant, id, name, language } = record
  const change = type === 'TEMPLATE_STATUS_UPDATE' ? { type, status: current } : { type, previous, current }
  return {
    type: 'imchannel.template.changed.v1',
    id: eventIds.ofBytes('template.changed', tenant, JSON.stringify([id, type, current, knownSince])),
    tenant,
    key: conversationKey({ tenant, business: undefined, customer: undefined }),
    subject: id,
    time: new Date(readAt).toISOString(),
    data: { tenant, templateId: id, name, language, change, source: 'poll' },
  }
}

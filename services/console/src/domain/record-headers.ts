import type { Masks } from './mask.ts'

/** Headers that say nothing of what anybody chose or wrote. */
const OPEN = new Set([
  'ce_specversion',
  'ce_type',
  'ce_time',
  'ce_source',
  'ce_dataschema',
  'content-type',
  'traceparent',
  'imchannel-error-code',
  'imchannel-source-topic',
  'imchannel-source-partition',
  'imchannel-source-offset',
  'imchannel-attempts',
  'imchannel-part',
  'imchannel-gate',
  'imchannel-window-closes',
  'imchannel-value-omitted',
])
const IDS = new Set(['ce_id', 'ce_subject'])

/** A record’s headers as they may be shown. A name that nobody knows may be a number, or anything else that was typed. */
export function headersOf(headers: string, masks: Masks): { name: string; value: string }[] {
  const list = JSON.parse(headers) as [string, string][] // written by frameOf alone
  return list.map(([name, value]) => {
    if (!masks.masked || OPEN.has(name)) return { name, value }
    if (IDS.has(name)) return { name, value: masks.id(value) }
    if (name === 'imchannel-error-reason') return { name, value: masks.reason(value) }
    return { name: '***', value: '***' }
  })
}

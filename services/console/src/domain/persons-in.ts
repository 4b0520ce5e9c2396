import type { Named } from '@imchannel/facts'
import type { ProjectedRecord } from './projected-record.ts'

/** Numbers with their country code, and BSUIDs: what may be a person’s name in a text of which nobody knows the shape. */
const NAMES = /\d{7,15}|[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}/g
/** A body of which more than these are wanted names nobody in particular. */
const MOST_NAMES = 500

type Shown = Pick<ProjectedRecord, 'tenant' | 'value'> & { readonly headers: string; readonly key: string | null }

/** Of whom a record is, by every name that it shows. */
export function personsIn({ tenant, conversation, names, ...record }: ProjectedRecord): Named {
  const shown = [conversation?.customer, ...names].filter((name) => name !== undefined && name !== '-')
  return shown.length > 0 ? { tenant, names: shown } : namesInText({ tenant, ...record })
}

/** Of a record that belongs to no conversation: whatever in it may be a name. */
export function namesInText({ tenant, value, headers, key }: Shown): Named {
  const text = [key ?? '', headers, value === null ? '' : Buffer.from(value).toString()].join(' ')
  return { tenant, names: [...new Set(text.match(NAMES))].slice(0, MOST_NAMES) }
}

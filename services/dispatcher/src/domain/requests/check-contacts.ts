import type { CommandContent } from '@imchannel/events'
import { refusal } from './refusal.ts'
import type { RequestRefusal } from './refusal.ts'

const placeTypes = ['HOME', 'WORK']
const phoneTypes = ['CELL', 'MAIN', 'IPHONE', 'HOME', 'WORK']

/** WhatsApp's own endpoint takes fixed types for the parts of a contact; omni takes any. */
export function checkContacts(content: CommandContent): RequestRefusal | undefined {
  if (content.type !== 'contacts') return undefined
  for (const [index, { addresses, emails, phones, urls }] of content.contacts.entries()) {
    const found =
      unknownType(`content.contacts[${index}].addresses`, addresses, placeTypes) ??
      unknownType(`content.contacts[${index}].emails`, emails, placeTypes) ??
      unknownType(`content.contacts[${index}].urls`, urls, placeTypes) ??
      unknownType(`content.contacts[${index}].phones`, phones, phoneTypes)
    if (found !== undefined) return found
  }
  return undefined
}

function unknownType(
  path: string,
  parts: readonly { type?: string | undefined }[] = [],
  types: readonly string[],
): RequestRefusal | undefined {
  const index = parts.findIndex(({ type }) => type !== undefined && !types.includes(type))
  return index === -1
    ? undefined
    : refusal('unknown_contact_type', `${path}[${index}].type`, `is none of ${types.join(', ')}`)
}

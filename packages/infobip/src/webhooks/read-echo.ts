import { readContact } from './read-common.ts'
import { readContent } from './read-content.ts'
import { readDate } from './read-date.ts'
import { object, objects, text, type JsonObject } from './read-json.ts'
import { echoLists } from './split-body.ts'
import type { WebhookValue } from './webhook-result.ts'

/** The field of WhatsApp's envelope that has what the business wrote in WhatsApp Business's own app. */
const FIELD = 'smb_message_echoes'

/**
 * Reads `{entry: [{changes: [{field, value}]}]}` with one echo. Infobip publishes no schema of it; it passes WhatsApp's envelope on with
 * names in camelCase. Undefined for another field, or an echo that names no message.
 */
export function readEcho(from: JsonObject): WebhookValue | undefined {
  const [change] = objects(from['entry']).flatMap((entry) => objects(entry['changes']))
  if (change === undefined || text(change['field']) !== FIELD) return undefined
  const value = object(change['value'])
  const [echo] = echoLists.flatMap((name) => objects(value?.[name]))
  const messageId = text(echo?.['id'])
  if (value === undefined || echo === undefined || messageId === undefined) return undefined
  const metadata = object(value['metadata'])
  const [contact] = objects(value['contacts'])
  const context = object(echo['context'])
  return {
    kind: 'echo',
    echo: {
      messageId,
      from: text(echo['from']) ?? either(metadata, 'displayPhoneNumber', 'display_phone_number'),
      to: text(echo['to']) ?? either(contact, 'waId', 'wa_id'),
      contact: readContact({
        name: object(contact?.['profile'])?.['name'],
        phoneNumber: either(contact, 'waId', 'wa_id'),
        userId: either(echo, 'toUserId', 'to_user_id') ?? either(contact, 'userId', 'user_id'),
        username: object(contact?.['profile'])?.['username'],
      }),
      content: readEchoed(echo),
      replyTo: text(context?.['id']),
      sentAt: readDate(echo['timestamp']),
      said: echo,
    },
  }
}

function either(from: JsonObject | undefined, ...names: readonly string[]): string | undefined {
  return names.map((name) => text(from?.[name])).find((one) => one !== undefined)
}

/** WhatsApp puts a message's fields under the name of its type; our reader knows Infobip's flat form. */
function readEchoed(echo: JsonObject) {
  const type = text(echo['type'])?.toLowerCase() ?? ''
  const body = object(echo[type])
  switch (type) {
    case 'text':
      return readContent({ type: 'TEXT', text: body?.['body'] })
    case 'image':
    case 'video':
    case 'audio':
    case 'document':
    case 'sticker': {
      const { caption, filename: fileName } = body ?? {}
      const kind = body?.['voice'] === true ? 'VOICE' : type.toUpperCase()
      return readContent({ type: kind, url: body?.['url'] ?? body?.['link'], caption, fileName })
    }
    case 'location':
      return readContent({ ...body, type: 'LOCATION' })
    case 'contacts':
      return readContent({ type: 'CONTACT', contacts: echo['contacts'] })
    default:
      return { type: undefined, infobipType: type === '' ? undefined : type }
  }
}

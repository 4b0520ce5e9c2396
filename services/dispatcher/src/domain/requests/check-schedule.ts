import type { SendMessage } from '@imchannel/events'
import type { Api } from './choose-api.ts'
import { futureOf } from './omni-request.ts'
import { refusal } from './refusal.ts'
import type { RequestRefusal } from './refusal.ts'

const farthestMs = 180 * 24 * 3_600_000

/** Whether the chosen API can hold a message until its time. */
export function checkSchedule(command: SendMessage, api: Api, now: number): RequestRefusal | undefined {
  const { expiresAt } = command
  const sendAt = futureOf(command.sendAt, now)
  if (sendAt === undefined) return undefined
  if (Date.parse(sendAt) - now >= farthestMs) return refusal('send_at_too_far', 'sendAt', 'is 180 days ahead or more')
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.parse(sendAt)) {
    return refusal('expires_before_send', 'expiresAt', 'is not after sendAt')
  }
  return api === 'whatsapp'
    ? refusal('cannot_schedule', 'sendAt', `${reasonOf(command)} is sent over WhatsApp's own API, which sends at once`)
    : undefined
}

function reasonOf({ content, replyTo, entityId, applicationId }: SendMessage): string {
  if (replyTo !== undefined) return 'a message with replyTo'
  if (content.type === 'document' && content.filename !== undefined) return 'a document with filename'
  if ((entityId ?? applicationId) !== undefined) return 'a message with entityId or applicationId'
  return `a message of type ${content.type}`
}

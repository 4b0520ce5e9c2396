import type { SendMessage } from '@imchannel/events'
import { checkContacts } from './check-contacts.ts'
import { checkInteractive } from './check-interactive.ts'
import { checkMedia } from './check-media.ts'
import { checkNumbers } from './check-numbers.ts'
import { checkSchedule } from './check-schedule.ts'
import { checkTemplate } from './check-template.ts'
import { checkTexts } from './check-texts.ts'
import { chooseApi } from './choose-api.ts'
import { checkNative } from './native-request.ts'
import { refusal } from './refusal.ts'
import type { RequestRefusal } from './refusal.ts'
import type { SendContext } from './send-context.ts'

/**
 * Whether a command that is as its schema says can be sent at all: what Infobip would refuse, degrade or lose without a
 * word is refused here, before any request. Undefined: it can be sent.
 */
export function checkSend(command: SendMessage, context: Omit<SendContext, 'messageId'>): RequestRefusal | undefined {
  const { content } = command
  const api = chooseApi(command, context)
  return (
    checkTexts({ content, callbackData: command.callbackData, replyTo: command.replyTo }, 'command') ??
    checkPreview(command) ??
    checkQuote(command) ??
    checkMedia(content) ??
    checkInteractive(content) ??
    checkTemplate(content) ??
    checkNumbers(content) ??
    (api === 'whatsapp' ? checkContacts(content) : undefined) ??
    (content.type === 'native' ? checkNative(command, content, context) : undefined) ??
    checkSchedule(command, api, context.now)
  )
}

function checkPreview({ content }: SendMessage): RequestRefusal | undefined {
  if (content.type !== 'text' || content.previewUrl !== true || /https?:\/\//iu.test(content.text)) return undefined
  return refusal('no_url_to_preview', 'content.previewUrl', 'is set, and the text holds no URL')
}

function checkQuote({ content, replyTo }: SendMessage): RequestRefusal | undefined {
  if (replyTo === undefined || content.type !== 'voiceButton') return undefined
  return refusal('cannot_quote', 'replyTo', 'does not go with a voice button')
}

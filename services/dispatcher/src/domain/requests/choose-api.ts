import type { SendMessage } from '@imchannel/events'
import { isMessagesContent, isOmniContent } from './carried-kinds.ts'
import { messagesTakesTemplate } from './messages-template.ts'
import { omniTakesTemplate } from './omni-template.ts'

export type Api = 'omni' | 'whatsapp' | 'messages'

/** What of an account and its sender decides how a message is sent. */
export interface Route {
  api: 'omni' | 'messages'
  scenarioKey?: string | undefined
}

/**
 * The API that carries the message without loss: omni where it can (or the Messages API, where the account is set to
 * it), else WhatsApp's own endpoints, which can carry everything. A sender without a scenario is never sent over omni:
 * Infobip would take the account's default scenario, perhaps another sender.
 */
export function chooseApi(command: SendMessage, route: Route): Api {
  const { content } = command
  if (content.type === 'native') return content.api
  // Only WhatsApp's own endpoints quote a message.
  if (command.replyTo !== undefined) return 'whatsapp'
  if (route.api === 'messages') return messagesTakes(command) ? 'messages' : 'whatsapp'
  return route.scenarioKey !== undefined && omniTakes(command) ? 'omni' : 'whatsapp'
}

function omniTakes({ content, entityId, applicationId }: SendMessage): boolean {
  if (!isOmniContent(content) || entityId !== undefined || applicationId !== undefined) return false
  switch (content.type) {
    case 'text':
    case 'image':
    case 'video':
    case 'location':
    case 'contacts':
      return true
    case 'document':
      // Omni has no field for a file name; it would stand where the caption stands.
      return content.filename === undefined
    case 'audio':
      return content.voice !== true
    case 'template':
      return omniTakesTemplate(content)
  }
}

function messagesTakes({ content }: SendMessage): boolean {
  if (!isMessagesContent(content)) return false
  switch (content.type) {
    case 'text':
      return content.previewUrl === undefined
    case 'flow':
      // It has no field for a version, and wants a screen to navigate to, which is left to the flow otherwise.
      return content.version === undefined && (content.action === 'DATA_EXCHANGE' || content.screen !== undefined)
    case 'template':
      return messagesTakesTemplate(content)
    case 'image':
    case 'video':
    case 'document':
    case 'sticker':
    case 'location':
    case 'buttons':
    case 'urlButton':
    case 'productList':
      return true
  }
}

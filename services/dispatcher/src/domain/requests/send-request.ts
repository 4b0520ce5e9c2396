import type { MediaRef, SendMessage } from '@imchannel/events'
import { whatsAppMessagePaths } from '@imchannel/infobip'
import { chooseApi } from './choose-api.ts'
import { findIn } from './find-media.ts'
import { logNameOf } from './log-name.ts'
import type { FoundMedia } from './media-uses.ts'
import { messagesRequest } from './messages-request.ts'
import { nativeBody, nativePath } from './native-request.ts'
import { omniRequest } from './omni-request.ts'
import type { PreparedRequest } from './prepared-request.ts'
import type { SendContext } from './send-context.ts'
import { whatsAppPaths, whatsAppRequest } from './whatsapp-request.ts'

/**
 * The request that sends a command which `checkSend` let through. `media` has a URL for every use of `listMedia` that is
 * not by URL itself. The body is serialised here, once: what is sent is what is logged.
 */
export function buildSendRequest(
  command: SendMessage,
  context: SendContext,
  media: ReadonlyMap<MediaRef, FoundMedia> = new Map(),
): PreparedRequest {
  const { content } = command
  const api = chooseApi(command, context)
  const find = findIn(media)
  const common = { method: 'POST', api, logName: logNameOf(content.type) } as const
  if (content.type === 'native') {
    const path = nativePath(content)
    if (path === undefined) throw new Error('a native message with an unknown path was not refused')
    const body = JSON.stringify(nativeBody(command, content, context))
    return { ...common, path, body, answer: answerOf(path) }
  }
  switch (api) {
    case 'omni':
      return {
        ...common,
        path: '/omni/1/advanced',
        body: JSON.stringify(omniRequest(command, context, find)),
        answer: 'messages',
      }
    case 'messages':
      return {
        ...common,
        path: '/messages-api/1/messages',
        body: JSON.stringify(messagesRequest(command, context, find)),
        answer: 'messages',
      }
    case 'whatsapp': {
      const path = whatsAppPaths[content.type]
      return { ...common, path, body: JSON.stringify(whatsAppRequest(command, context, find)), answer: answerOf(path) }
    }
  }
}

/** WhatsApp's endpoints answer for one message, but for the template's; the other APIs answer with a list. */
function answerOf(path: string): 'message' | 'messages' {
  return path.startsWith('/whatsapp/') && path !== whatsAppMessagePaths.template ? 'message' : 'messages'
}

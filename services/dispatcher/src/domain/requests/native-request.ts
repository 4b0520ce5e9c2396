import { isBsuid, normaliseNumber } from '@imchannel/events'
import type { SendMessage } from '@imchannel/events'
import { whatsAppMessagePaths } from '@imchannel/infobip'
import type { WhatsAppMessage } from '@imchannel/infobip'
import { scheduleOf } from './messages-request.ts'
import { futureOf, omniDestination, omniInstant } from './omni-request.ts'
import { refusal } from './refusal.ts'
import type { RequestRefusal } from './refusal.ts'
import type { SendContext } from './send-context.ts'
import { envelope } from './whatsapp-request.ts'

type Fields = Readonly<Record<string, unknown>>
type Native = Extract<SendMessage['content'], { type: 'native' }>

const messagePrefix = '/whatsapp/1/message/'
const knownPaths = new Set<string>(Object.values(whatsAppMessagePaths))

/** Where a native message goes; undefined for a path that Infobip does not have. */
export function nativePath({ api, path = '' }: Native): string | undefined {
  if (api === 'omni') return path === '' ? '/omni/1/advanced' : undefined
  if (api === 'messages') return path === '' ? '/messages-api/1/messages' : undefined
  const full = path.startsWith('/') ? path : messagePrefix + path
  return knownPaths.has(full) ? full : undefined
}

/** Infobip's own JSON with sender, recipient and messageId put in. `checkNative` has let it through. */
export function nativeBody(command: SendMessage, content: Native, context: SendContext): Fields {
  const sendAt = futureOf(command.sendAt, context.now)
  const { callbackData } = command
  switch (content.api) {
    case 'omni':
      return {
        scenarioKey: context.scenarioKey,
        destinations: [omniDestination(command.to, context.messageId)],
        ...without(content.body, ['scenarioKey', 'destinations']),
        ...(callbackData === undefined ? {} : { callbackData }),
        ...(sendAt === undefined ? {} : { sendAt: omniInstant(sendAt) }),
      }
    case 'whatsapp': {
      const message: WhatsAppMessage & Fields = { ...oneMessage(content.body), ...envelope(command, context) }
      return nativePath(content) === whatsAppMessagePaths.template ? { messages: [message] } : message
    }
    case 'messages': {
      const { webhooks } = oneMessage(content.body)
      const message = {
        channel: 'WHATSAPP',
        ...oneMessage(content.body),
        sender: command.from,
        destinations: [{ to: command.to, messageId: context.messageId }],
        ...(callbackData === undefined ? {} : { webhooks: { ...fieldsOf(webhooks), callbackData } }),
      }
      const options = { ...fieldsOf(content.body.options), ...scheduleOf(sendAt).options }
      // Without `messages` the whole body is the message, its `options` among it.
      const isEnvelope = Array.isArray(content.body.messages)
      return {
        messages: [message],
        ...(isEnvelope && Object.keys(options).length > 0 ? { options } : scheduleOf(sendAt)),
      }
    }
  }
}

/** Whether a native body is for this one message: what it sets of its own must agree with the command. */
export function checkNative(
  command: SendMessage,
  content: Native,
  context: Pick<SendContext, 'scenarioKey'>,
): RequestRefusal | undefined {
  if (nativePath(content) === undefined) {
    return refusal(
      'native_path_unknown',
      'content.path',
      `"${content.path ?? ''}" is no message endpoint of the ${content.api} API`,
    )
  }
  const { body } = content
  const messages = content.api === 'omni' ? body.destinations : body.messages
  if (Array.isArray(messages) && messages.length !== 1) {
    return refusal('native_several', 'content.body', `holds ${messages.length} messages or recipients instead of one`)
  }
  switch (content.api) {
    case 'omni':
      return checkOmni(command, body, context)
    case 'whatsapp': {
      const { from, to } = oneMessage(body)
      return differs('content.body.from', from, command.from) ?? differs('content.body.to', to, command.to)
    }
    case 'messages':
      return checkMessages(command, body)
  }
}

function checkOmni(
  { to }: SendMessage,
  { scenarioKey, destinations }: Fields,
  context: Pick<SendContext, 'scenarioKey'>,
): RequestRefusal | undefined {
  if (context.scenarioKey === undefined) return refusal('missing_scenario', 'from', 'the sender has no scenarioKey')
  const given = fieldsOf(fieldsOf(firstOf(destinations)).to)
  return (
    differs('content.body.scenarioKey', scenarioKey, context.scenarioKey) ??
    differs('content.body.destinations', isBsuid(to) ? given.whatsAppUserId : given.phoneNumber, to)
  )
}

function checkMessages({ from, to }: SendMessage, body: Fields): RequestRefusal | undefined {
  const { sender, destinations } = oneMessage(body)
  if (Array.isArray(destinations) && destinations.length > 1) {
    return refusal('native_several', 'content.body', `has ${destinations.length} destinations instead of one`)
  }
  return (
    differs('content.body.sender', sender, from) ??
    differs('content.body.destinations', fieldsOf(firstOf(destinations)).to, to)
  )
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined
}

function differs(path: string, given: unknown, expected: string): RequestRefusal | undefined {
  if (given === undefined || given === null) return undefined
  if (typeof given === 'string' && normaliseNumber(given) === expected) return undefined
  return refusal('native_conflict', path, 'differs from what the command and the configuration say')
}

/** The message itself, given bare or as a list of one. */
function oneMessage(body: Fields): Fields {
  return Array.isArray(body.messages) ? fieldsOf(body.messages[0]) : body
}

function fieldsOf(value: unknown): Fields {
  // A non-null object can be read by key; what is found is passed on or compared, never trusted.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

import { conversationKey, eventIds, type ImEvent } from '@imchannel/events'

/** Why something is set aside. */
export interface SetAside {
  readonly code: string
  readonly reason: string
  /** The JSON text, as it came. */
  readonly text: string
}

/** A result or body that was not understood: whole, with the reason. */
export function toUnrecognisedEvent(
  { code, reason, text }: SetAside,
  { tenant, receivedAt }: { tenant: string; receivedAt: string },
): ImEvent {
  const data = { tenant, code, reason, receivedAt }
  const envelope = {
    type: 'imchannel.webhook.unrecognised.v1',
    id: eventIds.ofBytes('webhook.unrecognised', tenant, text),
    tenant,
    key: conversationKey({ tenant, business: undefined, customer: undefined }),
    time: receivedAt,
  } as const
  // Parsers of other languages give up on deep nesting: there the text is a string.
  return code === 'too_deep'
    ? { ...envelope, data: { ...data, rawText: text } }
    : { ...envelope, data, verbatim: { raw: text } }
}

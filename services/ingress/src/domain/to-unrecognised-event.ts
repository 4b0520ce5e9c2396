import { conversationKey, eventIds, type ImEvent } from '@imchannel/events'

/** Why something is set aside. */
export interface SetAside {
  readonly code: string
  readonly reason: string
  /** The JSON text, as it came. */
  readonly text: string
}

/** Of what threw while it was handled: a bug, which costs no sibling. Not tried again: the same bytes would throw the same. */
export function threw(doing: string, error: unknown, text: string): SetAside {
  return { code: 'internal_error', reason: `${doing} it threw: ${String(error)}`, text }
}

/** The reason where the event stands for something that threw. */
export function throwOf({ type, data }: ImEvent): string | undefined {
  return type === 'imchannel.webhook.unrecognised.v1' && data.code === 'internal_error' ? data.reason : undefined
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
  // Parsers of other languages give up on deep nesting, and what has too many values was never parsed: there the text is a string.
  return code === 'too_deep' || code === 'too_many_results'
    ? { ...envelope, data: { ...data, rawText: text } }
    : { ...envelope, data, verbatim: { raw: text } }
}

import { uuidV5In } from './uuid-v5.ts'

const uuid = uuidV5In('0c9a4e57-1f3d-5e2b-8a76-d5b3c8e91f02')

/**
 * Ids of events (`ce_id`): derived, so that the same thing seen twice has the same id. Every one includes the tenant. Times are given
 * as RFC 3339 in UTC where they could be read, so that two spellings of one instant are the same event.
 */
export const eventIds = {
  /** `content` is a fingerprint, given only for a second message of the same id and type whose content differs. */
  messageReceived: (tenant: string, messageId: string, type: string, content?: string) =>
    derive('message.received', tenant, messageId, type, ...(content === undefined ? [] : [content])),
  callReceived: (tenant: string, callId: string) => derive('call.received', tenant, callId),
  /** `content` as with messages: WhatsApp's app can edit what it sent. */
  messageEchoed: (tenant: string, messageId: string, content?: string) =>
    derive('message.echoed', tenant, messageId, ...(content === undefined ? [] : [content])),
  delivery: (
    tenant: string,
    report: {
      messageId: string
      channel?: string | undefined
      groupId?: number | undefined
      id?: number | undefined
      doneAt?: string | undefined
    },
  ) => derive('message.delivery', tenant, report.messageId, report.channel, report.groupId, report.id, report.doneAt),
  seen: (tenant: string, messageId: string, seenAt: string | undefined) =>
    derive('message.seen', tenant, messageId, seenAt),
  /** `content` as with messages: what Infobip gives as a click's time may be that of the send. */
  clicked: (
    tenant: string,
    click: { messageId?: string | undefined; url?: string | undefined; time?: string | undefined },
    content?: string,
  ) =>
    derive(
      'message.clicked',
      tenant,
      click.messageId,
      click.url,
      click.time,
      ...(content === undefined ? [] : [content]),
    ),
  typing: (
    tenant: string,
    typing: {
      messageId?: string | undefined
      from?: string | undefined
      to?: string | undefined
      event: string
      time?: string | undefined
    },
  ) =>
    typing.messageId === undefined
      ? derive('typing.changed', tenant, 'pair', typing.from, typing.to, typing.event, typing.time)
      : derive('typing.changed', tenant, 'message', typing.messageId, typing.event, typing.time),
  outcome: (tenant: string, commandId: string, outcome: string) => derive('outcome', tenant, commandId, outcome),
  /** What a message or report says of consent, beside the event of its own. */
  consentOf: (tenant: string, messageId: string, what: string) => derive('consent.changed', tenant, messageId, what),
  /** Its time beside its number: after a process died, a number may come again. */
  attempted: (tenant: string, request: { commandId: string; attempt: number; at: string }) =>
    derive('message.attempted', tenant, request.commandId, request.attempt, request.at),
  consentRecorded: (tenant: string, key: string, since: string, state: string) =>
    derive('consent.recorded', tenant, key, since, state),
  /** One of each change, however often and in which order webhooks show it. `about`: the two names, or the user's names. */
  contactChanged: (tenant: string, scope: string, ...about: string[]) =>
    derive('contact.changed', tenant, scope, ...about),
  contactRecorded: (tenant: string, key: string, said: string) => derive('contact.recorded', tenant, key, said),
  /** One of a message, whatever settles it: its revisions share it. */
  cost: (tenant: string, messageId: string) => derive('cost.recorded', tenant, messageId),
  mediaFetched: (tenant: string, fetch: { mediaId: string; fetchId: string }) =>
    derive('media.fetched', tenant, fetch.mediaId, fetch.fetchId),
  audit: (tenant: string, actionId: string) => derive('audit.recorded', tenant, actionId),
  /** Account events and unrecognised results: the bytes tell. */
  ofBytes: (kind: string, tenant: string, bytes: string) => derive(kind, tenant, bytes),
} as const

// A JSON array keeps the parts apart whatever they contain; absent parts are null.
function derive(kind: string, tenant: string, ...parts: (string | number | undefined)[]): string {
  return uuid(JSON.stringify([kind, tenant, ...parts]))
}

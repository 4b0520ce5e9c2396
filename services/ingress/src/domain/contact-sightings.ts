import { normaliseNumber } from '@imchannel/events'
import type { ContactSighting } from '@imchannel/facts'
import type { ContactProfile, DeliveryReport, InboundMessage, WebhookResult } from '@imchannel/infobip'
import type { ShownCustomer } from './customer.ts'
import { shownBy, type KnownParties } from './shown-customers.ts'

/** What a result shows of a customer's names, at one business number. */
export interface PlacedSighting extends ContactSighting {
  readonly business: string
  /** Infobip's result. */
  readonly original: string
}

const WHATSAPP = 'WHATSAPP'
/** The customer's identity has changed, and nobody has confirmed the new one. */
const IDENTITY_CHANGED = 7029
const DELIVERED = 3

/** Who is who beside the results themselves. */
export interface SightingContext extends KnownParties {
  /** The business number of a report that does not tell it, while nobody knows its send: the only one that there is. */
  readonly onlyBusiness?: string | undefined
}

/**
 * What the results show of who is who: both names of a customer; a number that is spelt otherwise than it was written to; who answers
 * one of our messages.
 *
 * @param sends of the reports, and of the messages that are answered
 * @param now epoch ms, for what has no time
 */
export function contactSightings(
  results: readonly WebhookResult[],
  known: SightingContext,
  now: number,
): PlacedSighting[] {
  return results.flatMap((result) => sightingOf(result, known, now) ?? [])
}

function sightingOf(result: WebhookResult, known: SightingContext, now: number): PlacedSighting | undefined {
  const shown = shownBy(result, known)
  const about = aboutOf(result, known)
  const business = shown?.business ?? known.onlyBusiness
  if (shown === undefined || business === undefined || about === undefined) return undefined
  const { contact, identity } = about
  const numbers = numbersOf(shown, about)
  const names = [numbers.phone, shown.bsuid, numbers.addressed].filter((one) => one !== undefined)
  // The business itself is nobody's customer.
  if (names.length === 0 || names.some((name) => known.isOwnNumber?.(name) === true)) return undefined
  return {
    business,
    original: result.text,
    ...numbers,
    userId: shown.bsuid,
    parentUserId: contact?.parentUserId,
    username: contact?.username,
    identity,
    at: timeOf(about.at) ?? now,
  }
}

/** The customer's number, and the other that the webhook has of the same customer. */
function numbersOf(
  shown: ShownCustomer,
  { contact, addressed: sentTo }: About,
): Pick<PlacedSighting, 'phone' | 'addressed'> {
  const given = digitsOf(contact?.phoneNumber)
  const phone = given ?? shown.phone
  const addressed = digitsOf(sentTo) ?? (given === undefined ? undefined : shown.phone)
  return { phone: phone ?? addressed, addressed: addressed === phone ? undefined : addressed }
}

function timeOf(text: string | undefined): number | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? undefined : at
}

interface About {
  readonly at: string | undefined
  readonly contact?: Pick<ContactProfile, 'phoneNumber' | 'parentUserId' | 'username'> | undefined
  /** Whom this system wrote to. */
  readonly addressed?: string | undefined
  readonly identity?: ContactSighting['identity']
}

/** Undefined for what tells of nobody, or of another channel's customers. */
function aboutOf(result: WebhookResult, { sends }: KnownParties): About | undefined {
  switch (result.kind) {
    case 'message':
      return result.message.channel === WHATSAPP ? aboutMessage(result.message, sends) : undefined
    case 'delivery':
    case 'seen': {
      const { report } = result
      if (report.channel !== undefined && report.channel !== WHATSAPP) return undefined
      const addressed = sends.get(report.messageId)?.to
      const identity = result.kind === 'delivery' ? identityOf(result.report) : undefined
      const at = result.kind === 'delivery' ? result.report.doneAt : result.report.seenAt
      return { at, contact: report.contact, addressed, identity }
    }
    case 'call':
      return { at: result.call.receivedAt }
    case 'echo':
      return { at: result.echo.sentAt, contact: result.echo.contact }
    case 'consent':
      return { at: result.consent.createdAt }
    case 'identity':
      return { at: result.identity.createdAt, contact: { parentUserId: result.identity.parentUserId } }
    case 'typing':
      return { at: result.typing.receivedAt }
    case 'payment':
      return { at: result.payment.createdAt }
    case 'click':
    case 'blocklist':
    case 'template':
    case 'usage':
    case 'unrecognised':
      return undefined
  }
}

function aboutMessage({ receivedAt, contact, context, identity }: InboundMessage, sends: KnownParties['sends']): About {
  // Only in a conversation of two is who answers also who was written to.
  const answered = context?.groupId === undefined && context?.id !== undefined ? sends.get(context.id) : undefined
  const acknowledged = identity?.acknowledged
  return {
    at: receivedAt,
    contact,
    addressed: answered?.to,
    ...(acknowledged === undefined ? {} : { identity: acknowledged ? 'confirmed' : 'unconfirmed' }),
  }
}

function identityOf({ error, status }: DeliveryReport): ContactSighting['identity'] {
  if (error?.id === IDENTITY_CHANGED) return 'unconfirmed'
  return status.groupId === DELIVERED ? 'confirmed' : undefined
}

function digitsOf(name: string | undefined): string | undefined {
  const number = name === undefined ? '' : normaliseNumber(name)
  return /^\d+$/.test(number) ? number : undefined
}

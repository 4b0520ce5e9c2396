import type { EventData, ImEvent } from '@imchannel/events'
import { oneLine, type Output } from '../session/output.ts'
import { timeText } from '../session/read-values.ts'

type Content = EventData<'imchannel.message.received.v1'>['content']

/** What was said, in a few words. */
export function contentText(content: Readonly<Record<string, unknown>> | Content): string {
  const fields: Readonly<Record<string, unknown>> = { ...content }
  const type = textOf(fields['type']) ?? 'unknown'
  const said = ['text', 'caption', 'title', 'body', 'name', 'fileName', 'filename', 'emoji', 'infobipType']
    .map((name) => textOf(fields[name]))
    .find((value) => value !== undefined)
  return type === 'text' ? (said ?? '') : `[${type}]${said === undefined ? '' : ` ${said}`}`
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** What an event tells, without who and when. */
function eventText(event: ImEvent): string {
  switch (event.type) {
    case 'imchannel.message.received.v1':
      return contentText(event.data.content)
    case 'imchannel.message.echoed.v1':
      return `wrote by its own phone: ${contentText(event.data.content)}`
    case 'imchannel.call.received.v1':
      return event.data.direction === 'outbound' ? 'accepted a call of the business' : 'called'
    case 'imchannel.typing.changed.v1':
      return event.data.typing ? 'is typing' : 'has stopped typing'
    case 'imchannel.message.accepted.v1':
      return event.data.dryRun === true ? 'would be accepted (dry run)' : 'accepted'
    case 'imchannel.message.rejected.v1':
      return `rejected: ${event.data.error?.code ?? ''} ${event.data.error?.reason ?? ''}`
    case 'imchannel.message.expired.v1':
      return `expired: ${event.data.error?.reason ?? 'not sent in time'}`
    case 'imchannel.message.attempted.v1':
      return attemptText(event.data)
    case 'imchannel.message.delivery.v1':
      return deliveryText(event.data)
    case 'imchannel.message.seen.v1':
      return 'seen'
    case 'imchannel.message.clicked.v1':
      return `clicked ${event.data.url ?? 'a link'}`
    case 'imchannel.media.fetched.v1':
      return `media ${event.data.mediaId}: ${event.data.method} ${event.data.status}, ${event.data.bytes} bytes`
    case 'imchannel.template.changed.v1':
    case 'imchannel.identity.changed.v1':
    case 'imchannel.payment.changed.v1':
    case 'imchannel.usage.reported.v1':
      return event.type.replace(/^imchannel\.|\.v\d+$/g, '')
    case 'imchannel.consent.changed.v1':
      return consentText(event.data)
    case 'imchannel.consent.recorded.v1':
      return `consent: ${event.data.state}, ${event.data.scope}, by ${event.data.source}`
    case 'imchannel.contact.changed.v1':
      return contactText(event.data)
    case 'imchannel.contact.recorded.v1':
      return `contact: ${[event.data.name, ...event.data.links.map(({ name }) => name)].join(' = ')}`
    case 'imchannel.cost.recorded.v1':
      return costText(event.data)
    case 'imchannel.audit.recorded.v1':
      return `${event.data.by}: ${event.data.action}, ${event.data.outcome}`
    case 'imchannel.webhook.unrecognised.v1':
      return `not understood: ${event.data.reason}`
  }
}

/** One request to Infobip: `request 2: throttled (429), after 41 ms`. */
export function attemptText(data: EventData<'imchannel.message.attempted.v1'>): string {
  const { attempt, endpoint, outcome, httpStatus, code, retryAfterMs, durationMs } = data
  const said = [httpStatus, code].filter((one) => one !== undefined).join(' ')
  const later = retryAfterMs === undefined ? '' : `, to wait ${retryAfterMs} ms`
  return `request ${attempt}, ${endpoint}: ${outcome}${said === '' ? '' : ` (${said})`} after ${Math.round(durationMs)} ms${later}`
}

function deliveryText({ status, error }: EventData<'imchannel.message.delivery.v1'>): string {
  const failed =
    error?.id === undefined || error.id === 0 ? '' : ` (${error.name ?? error.id}: ${error.description ?? ''})`
  return `${(status.groupName ?? 'reported').toLowerCase()}: ${status.name ?? ''}${failed}`
}

function costText({ category, billable, reported, estimate }: EventData<'imchannel.cost.recorded.v1'>): string {
  const charged = { yes: 'charged', no: 'not charged', unknown: 'charged or not' }[billable]
  const price = reported === undefined ? '' : `, ${reported.pricePerMessage} ${reported.currency}`
  const about = estimate === undefined ? '' : `, estimated ${estimate.amount} ${estimate.currency}`
  return `cost: ${category}, ${charged}${price}${about}`
}

function consentText({ status, state, scope, source }: EventData<'imchannel.consent.changed.v1'>): string {
  return `consent: ${status}${state === undefined ? '' : ` (${state}, ${scope ?? ''}, by ${source ?? ''})`}`
}

function contactText(data: EventData<'imchannel.contact.changed.v1'>): string {
  const now = [data.phone, data.userId, data.username].filter((one) => one !== undefined).join(' = ')
  const before = [data.previousPhone, data.previousUserId, data.previousUsername].find((one) => one !== undefined)
  return `contact: ${data.reason}, ${now}${before === undefined ? '' : `, before ${before}`}`
}

const STYLES: Readonly<Partial<Record<ImEvent['type'], 'green' | 'red' | 'cyan' | 'dim'>>> = {
  'imchannel.message.received.v1': 'cyan',
  'imchannel.message.rejected.v1': 'red',
  'imchannel.message.expired.v1': 'red',
  'imchannel.message.seen.v1': 'green',
  'imchannel.media.fetched.v1': 'dim',
  'imchannel.message.attempted.v1': 'dim',
  'imchannel.typing.changed.v1': 'dim',
}

/** Events as lines for people: when, who, what. */
export function createAsLines(out: Output): (event: ImEvent) => string {
  return (event) => {
    const data: Readonly<Record<string, unknown>> = { ...event.data }
    const style = STYLES[event.type]
    const text = oneLine(eventText(event), 160)
    const about =
      event.subject === undefined || event.type === 'imchannel.message.received.v1'
        ? ''
        : ` ${out.style('dim', oneLine(event.subject, 60))}`
    const who = `${textOf(data['from']) ?? '-'} → ${textOf(data['to']) ?? '-'}`
    return `${timeText(Date.parse(event.time))}  ${who}  ${style === undefined ? text : out.style(style, text)}${about}`
  }
}

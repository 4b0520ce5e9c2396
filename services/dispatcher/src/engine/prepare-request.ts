import { context } from '@opentelemetry/api'
import type { Sender } from '@imchannel/config'
import type { MediaRef, SendClass, SendMessage } from '@imchannel/events'
import { accountHash } from '@imchannel/ledger'
import type { RequestDetails, Send } from '@imchannel/ledger'
import { traceparentOf } from '@imchannel/telemetry'
import type { AccountInUse } from '../adapters/accounts.ts'
import { inForm } from '../domain/gates/form-of.ts'
import { factsAtRequest } from '../domain/gates/facts-at-request.ts'
import type { FormName, GateReading } from '../domain/gates/gate-reading.ts'
import { buildSendRequest } from '../domain/requests/index.ts'
import type { FoundMedia, PreparedRequest } from '../domain/requests/index.ts'
import type { Work } from './work.ts'

/** By whom a message is sent. */
export interface Route {
  readonly account: AccountInUse
  readonly sender: Sender
}

/** What is sent, and how the ledger knows it. */
export interface Prepared {
  readonly send: Send
  readonly request: PreparedRequest
}

/** In which form it goes, and what was read before that. */
export interface Preparation {
  form: FormName
  media: ReadonlyMap<MediaRef, FoundMedia>
  reading: GateReading | undefined
  /** The handling's clock, ms. */
  nowMs: number
}

export function prepareRequest(
  { command: given, send, sendClass }: Work<SendMessage>,
  { account, sender }: Route,
  { form, media, reading, nowMs }: Preparation,
): Prepared {
  const command = inForm(given, form)
  const traceparent = traceparentOf(context.active())
  const request = buildSendRequest(
    command,
    { api: account.settings.api, scenarioKey: sender.scenarioKey, messageId: send.messageId, now: Date.now() },
    media,
  )
  const identity = traceparent === undefined ? send.identity : { ...send.identity, traceparent }
  const facts = factsAtRequest({ command: given, form, reading, nowMs, now: Date.now() })
  const details = { form, ...detailsOf(command, sendClass, { request, account }), ...facts }
  return { request, send: { ...send, identity, request: details } }
}

function detailsOf(
  { content, source }: SendMessage,
  sendClass: SendClass,
  { request, account }: { request: PreparedRequest; account: AccountInUse },
): RequestDetails {
  return {
    api: request.api,
    ...(source === undefined ? {} : { source }),
    class: sendClass,
    ...(content.type === 'template' ? { template: content.name } : {}),
    account: accountHash(account.settings.baseUrl),
  }
}

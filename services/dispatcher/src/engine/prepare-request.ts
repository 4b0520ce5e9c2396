import { context } from '@opentelemetry/api'
import type { Sender } from '@imchannel/config'
import type { MediaRef, SendMessage } from '@imchannel/events'
import { accountHash } from '@imchannel/ledger'
import type { RequestDetails, Send } from '@imchannel/ledger'
import { traceparentOf } from '@imchannel/telemetry'
import type { AccountInUse } from '../adapters/accounts.ts'
import { inForm } from '../domain/gates/form-of.ts'
import type { FormName } from '../domain/gates/gate-reading.ts'
import { buildSendRequest } from '../domain/requests/index.ts'
import type { FoundMedium, PreparedRequest } from '../domain/requests/index.ts'
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

export function prepareRequest(
  { command: given, send }: Work<SendMessage>,
  { account, sender }: Route,
  { form, media }: { form: FormName; media: ReadonlyMap<MediaRef, FoundMedium> },
): Prepared {
  const command = inForm(given, form)
  const traceparent = traceparentOf(context.active())
  const request = buildSendRequest(
    command,
    { api: account.settings.api, scenarioKey: sender.scenarioKey, messageId: send.messageId, now: Date.now() },
    media,
  )
  const identity = traceparent === undefined ? send.identity : { ...send.identity, traceparent }
  return { request, send: { ...send, identity, request: { form, ...detailsOf(command, request, account) } } }
}

function detailsOf(
  { content, source, class: kind }: SendMessage,
  { api }: PreparedRequest,
  { settings }: AccountInUse,
): RequestDetails {
  return {
    api,
    ...(source === undefined ? {} : { source }),
    ...(kind === undefined ? {} : { class: kind }),
    ...(content.type === 'template' ? { template: content.name } : {}),
    account: accountHash(settings.baseUrl),
  }
}

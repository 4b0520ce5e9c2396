import { readResponse } from '@imchannel/infobip'
import type { ExchangeTrace, Outcome as Answer } from '@imchannel/infobip'
import { jsonText, line, raw } from '@imchannel/logging'
import type { Logger } from '@imchannel/logging'
import { inClientSpan } from '@imchannel/telemetry'
import type { AccountInUse } from '../adapters/accounts.ts'
import { REQUEST_MS } from '../domain/next-step.ts'
import type { PreparedRequest } from '../domain/requests/index.ts'
import type { Instruments } from '../instruments.ts'
import type { Work } from './work.ts'

/** Makes one request and says what its answer means. */
export type Attempt = (
  work: Work,
  account: AccountInUse,
  attempt: { request: PreparedRequest; number: number },
) => Promise<Answer>

export function createAttempt({ log, instruments }: { log: Logger; instruments: Instruments }): Attempt {
  return async (work, account, { request, number }) => {
    const { send } = work
    const startedAt = performance.now()
    const { result, answer } = await inClientSpan(
      {
        method: 'POST',
        url: account.settings.baseUrl,
        template: templateOf(request.path),
        attributes: {
          'imchannel.tenant': send.tenant,
          'imchannel.account': account.settings.id,
          'imchannel.api': request.api,
          'imchannel.message.id': send.messageId,
          ...(number > 1 ? { 'http.request.resend_count': number - 1 } : {}),
        },
      },
      async (headers, span) => {
        // The request is not cut when the work is abandoned: it is on its way, and its answer is worth having.
        const result = await account.client.send(request, {
          answerMs: REQUEST_MS,
          trace: linesOf(log, work, request),
          headers,
        })
        const sent = {
          answer: request.answer,
          now: Date.now(),
          ...(request.answer === 'none' ? {} : { messageId: send.messageId }),
        }
        const answer = readResponse(sent, result)
        span.setAttribute('imchannel.outcome', answer.kind)
        return { result, answer }
      },
      ({ result, answer }) => ({
        status: result.kind === 'response' ? result.status : undefined,
        error: errorTypeOf(answer),
      }),
    )
    instruments.attempted(work, {
      account: account.settings.id,
      api: request.api,
      endpoint: `${request.method} ${templateOf(request.path)}`,
      number,
      result,
      answer,
      seconds: (performance.now() - startedAt) / 1000,
    })
    return answer
  }
}

/** The lines that operators know, to the letter. */
function linesOf(log: Logger, { send }: Work, { logName }: PreparedRequest): ExchangeTrace {
  const about = { fn: logName, tenant: send.tenant, messageId: send.messageId }
  return {
    onRequest: ({ url, body }) =>
      log.info(about, line`request to [${raw(url)}] Data [${jsonText(body ?? '')}] with api key header`),
    onResponse: ({ url, body }) => log.info(about, line`response of [${raw(url)}]: ${body}`),
    onFailure: ({ url, kind, cause }) =>
      log.warn(about, line`no response of [${raw(url)}]: ${raw(kind)}: ${raw(cause.code)}: ${raw(cause.message)}`),
  }
}

/** Without what may be a number or an id: `/whatsapp/1/senders/{sender}/message/{messageId}/read`. */
function templateOf(path: string): string {
  return path
    .replace(/\?.*$/, '')
    .replace(/\/senders\/[^/]+\/message\/[^/]+\//, '/senders/{sender}/message/{messageId}/')
}

function errorTypeOf(answer: Answer): string | undefined {
  switch (answer.kind) {
    case 'accepted':
      return undefined
    case 'rejected':
    case 'unknown':
      return answer.code
    case 'throttled':
      return '429'
    case 'refused-key':
      return String(answer.httpStatus)
    case 'unsent':
      return answer.cause.code
  }
}

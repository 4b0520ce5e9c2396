import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import type { Context } from '@opentelemetry/api'
import type { CallOptions, ExchangeResult } from '@imchannel/infobip'
import { inClientSpan } from '@imchannel/telemetry'
import type { AccountInUse } from './accounts.ts'

interface Read {
  readonly method: 'GET'
  /** The path without its query. */
  readonly template: string
  /** On whose behalf: one request may be for many. */
  readonly askers: readonly Context[]
}

/** Makes a read of an account in a CLIENT span: a child of the first asker's span, linked to those of the others. */
export function callInfobip(
  { tenant, settings }: Pick<AccountInUse, 'tenant' | 'settings'>,
  { method, template, askers }: Read,
  call: (options: CallOptions) => Promise<ExchangeResult>,
): Promise<ExchangeResult> {
  const [parent = ROOT_CONTEXT, ...others] = askers
  return inClientSpan(
    {
      method,
      url: settings.baseUrl,
      template,
      parent,
      links: others.flatMap((other) => {
        const span = trace.getSpanContext(other)
        return span === undefined ? [] : [{ context: span }]
      }),
      attributes: { 'imchannel.tenant': tenant, 'imchannel.account': settings.id },
    },
    (headers) => call({ headers }),
    (result) =>
      result.kind === 'response'
        ? { status: result.status, error: result.status >= 400 ? String(result.status) : undefined }
        : { error: result.cause.code },
  )
}

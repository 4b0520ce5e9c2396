import type { WebhookResult } from '@imchannel/infobip'
import { showCustomer, type ShownCustomer } from './customer.ts'
import { orderParties } from './order-parties.ts'
import type { WebhookContext } from './webhook-context.ts'

/** What tells who is who beside the result itself. */
export type KnownParties = Pick<WebhookContext, 'sends' | 'isOwnNumber'>

/**
 * The customer that a result shows, with the business number of the send where the report itself does not tell it. Never
 * throws: a result that cannot be read shows nobody, and is set aside when its event is made.
 */
export function shownBy(result: WebhookResult, known: KnownParties): ShownCustomer | undefined {
  try {
    return customerOf(result, known)
  } catch {
    return undefined
  }
}

function customerOf(result: WebhookResult, { sends, isOwnNumber }: KnownParties): ShownCustomer | undefined {
  switch (result.kind) {
    case 'message':
      return showCustomer(result.message.to, result.message.from, result.message.contact)
    case 'typing':
      return showCustomer(result.typing.to, result.typing.from)
    case 'delivery':
    case 'seen': {
      const report = result.kind === 'seen' ? orderParties(result.report, isOwnNumber) : result.report
      return showCustomer(report.sender ?? sends.get(report.messageId)?.from, report.recipient, report.contact)
    }
    case 'click':
      return showCustomer(result.report.sender, result.report.recipient)
    case 'payment':
      return showCustomer(result.payment.sender, result.payment.from)
    case 'consent':
      return showCustomer(result.consent.sender, result.consent.from, { userId: result.consent.userId })
    case 'blocklist':
      return showCustomer(result.blocklist.sender, result.blocklist.destination)
    case 'call':
      return showCustomer(result.call.business, result.call.customer)
    case 'echo':
      return showCustomer(result.echo.from, result.echo.to, result.echo.contact)
    case 'identity':
      return showCustomer(result.identity.sender, result.identity.userNumber ?? result.identity.userId, {
        userId: result.identity.userId,
      })
    case 'template':
    case 'usage':
    case 'unrecognised':
      return undefined
  }
}

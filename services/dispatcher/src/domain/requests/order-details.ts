import type { CommandContentOf } from '@imchannel/events'
import { present } from './present.ts'

type Order = Pick<
  CommandContentOf<'orderDetails'>,
  'payment' | 'paymentConfiguration' | 'orderType' | 'total' | 'order'
> & { currency: string }

/** An order as Infobip has it: in the interactive message and in a template's button. */
export function orderDetailsAction(details: Order): Readonly<Record<string, unknown>> {
  const { catalogId, items, subtotal, tax, shipping, discount, expiration, quickPay } = details.order
  return present({
    payment: details.payment,
    paymentConfiguration: details.paymentConfiguration,
    orderCurrency: details.currency,
    orderType: details.orderType,
    totalAmount: details.total,
    order: present({
      catalogId,
      items,
      subtotal,
      tax,
      shipping,
      discount,
      orderExpiration:
        expiration === undefined
          ? undefined
          : { expirationSeconds: expiration.seconds, description: expiration.description },
      orderDetailsType: quickPay === true ? 'QUICK_PAY' : undefined,
    }),
  })
}

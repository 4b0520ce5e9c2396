import { z } from 'zod'
import { mediaUrl, object, text, upTo } from '../parts.ts'
import { bodyText, footer, message } from './envelope.ts'
import { orderPayment, paymentStatus, templatePayment } from './payments.ts'

const amount = object({ value: z.int32() })
const describedAmount = object({ value: z.int32(), description: upTo(60).optional() })
const optional = z.string().optional()

const order = object({
  catalogId: optional,
  items: z.array(
    object({
      retailerId: z.string(),
      name: text(1, 60),
      amount,
      saleAmount: amount.optional(),
      quantity: z.int32(),
      originCountry: optional,
      importerName: optional,
      importerAddress: object({
        firstAddressLine: optional,
        secondAddressLine: optional,
        city: optional,
        zoneCode: optional,
        postalCode: optional,
        countryCode: optional,
      }).optional(),
    }),
  ),
  subtotal: amount,
  tax: describedAmount,
  shipping: describedAmount.optional(),
  discount: object({ amount: describedAmount, programName: upTo(60).optional() }).optional(),
  orderExpiration: object({ expirationSeconds: z.int().min(360), description: upTo(120) }).optional(),
  orderDetailsType: z.enum(['QUICK_PAY']).optional(),
})

const orderFields = {
  paymentConfiguration: text(1, 60).optional(),
  orderCurrency: z.enum(['INR', 'BRL']),
  orderType: z.enum(['PHYSICAL_GOODS', 'DIGITAL_GOODS']),
  totalAmount: amount,
  order,
}

/** The action of a template's order button. */
export const templateOrderAction = object({ payment: templatePayment, ...orderFields })

export const orderDetailsMessage = message(
  object({
    body: bodyText,
    action: object({ payment: orderPayment, ...orderFields }),
    header: z.discriminatedUnion('type', [object({ type: z.literal('IMAGE'), mediaUrl })]).optional(),
    footer,
  }),
)

const orderStatus = {
  payment: paymentStatus,
  status: z.enum(['PENDING', 'PROCESSING', 'PARTIALLY_SHIPPED', 'SHIPPED', 'COMPLETED', 'CANCELED']),
  description: upTo(120).optional(),
}

/** An order's state in a template. */
export const templateOrderStatus = z.discriminatedUnion('type', [
  object({ type: z.literal('ORDER_STATUS'), ...orderStatus }),
])

export const orderStatusMessage = message(object({ action: object(orderStatus), body: bodyText.optional(), footer }))

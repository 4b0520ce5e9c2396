import { z } from 'zod'
import { freeObject, name, optionalName, textOf } from './interactive-parts.ts'

const money = z.strictObject({ value: z.int().describe('In the currency’s smallest unit') })
const describedMoney = z.strictObject({ value: z.int(), description: textOf(60).optional() })

const orderItem = z.strictObject({
  retailerId: name,
  name: textOf(60),
  amount: money,
  saleAmount: money.optional(),
  quantity: z.int().min(1),
  originCountry: optionalName,
  importerName: optionalName,
  importerAddress: freeObject.optional(),
})

const order = z.strictObject({
  catalogId: optionalName,
  items: z.array(orderItem).min(1).max(500),
  subtotal: money,
  tax: describedMoney,
  shipping: describedMoney.optional(),
  discount: z.strictObject({ amount: describedMoney, programName: textOf(60).optional() }).optional(),
  expiration: z.strictObject({ seconds: z.int().min(360), description: textOf(120) }).optional(),
  quickPay: z.boolean().optional(),
})

/** How the customer pays: Infobip's own fields for each type (`UPI_PAYU`, `BRAZIL_PIX_DC`, …). */
export const payment = z.looseObject({ type: name })

/** What is asked to be paid, in a message of its own or by a template's button. */
export const orderDetails = {
  payment,
  paymentConfiguration: z.string().min(1).max(60).optional(),
  currency: z.enum(['INR', 'BRL']),
  orderType: z.enum(['PHYSICAL_GOODS', 'DIGITAL_GOODS']),
  total: z.strictObject({ value: z.int() }),
  order,
}

export const orderStatuses = ['PENDING', 'PROCESSING', 'PARTIALLY_SHIPPED', 'SHIPPED', 'COMPLETED', 'CANCELED'] as const

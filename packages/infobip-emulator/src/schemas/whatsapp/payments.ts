import { z } from 'zod'
import { object, text, upTo } from '../parts.ts'

/** As the documents have it: not anchored, so that one good character is enough. */
const paymentId = z.string().regex(/[A-Za-z0-9\-_.]{1,35}/)

const beneficiary = object({
  name: upTo(200),
  firstAddressLine: upTo(100),
  secondAddressLine: upTo(100).optional(),
  city: z.string().optional(),
  state: z.string().optional(),
  country: z.enum(['INDIA']),
  postalCode: z
    .string()
    .regex(/^[0-9]{6}$/)
    .optional(),
}).optional()

const pix = object({
  type: z.literal('BRAZIL_PIX_DC'),
  id: paymentId,
  code: z.string(),
  merchantName: z.string(),
  keyType: z.enum(['CPF', 'CNPJ', 'EMAIL', 'PHONE', 'EVP']),
  key: z.string(),
  flowType: z.enum(['REDIRECT', 'COPYPASTE', 'APPSWITCH']).optional(),
})
const boleto = object({ type: z.literal('BRAZIL_BOLETO'), id: paymentId, code: z.string() })
const brazilLink = object({ type: z.literal('BRAZIL_LINK'), id: paymentId, paymentLink: z.string() })

const shared = [
  pix,
  brazilLink,
  boleto,
  object({
    type: z.literal('BRAZIL_PAYMENTS'),
    payments: z
      .array(z.discriminatedUnion('type', [pix, boleto, brazilLink]))
      .min(1)
      .max(2),
  }),
  object({
    type: z.literal('PG_PAYU'),
    id: paymentId,
    beneficiary,
    callbackData: z.array(text(1, 255)).max(4).optional(),
  }),
  object({
    type: z.literal('PG_RAZORPAY'),
    id: paymentId,
    beneficiary,
    callbackData: z.record(z.string(), z.string()).optional(),
  }),
  object({
    type: z.literal('UPI_INTENT'),
    id: paymentId,
    beneficiary,
    format: z.discriminatedUnion('type', [object({ type: z.literal('LINK'), paymentLink: z.string() })]),
  }),
  object({ type: z.literal('UPI_LINK'), id: paymentId, beneficiary, paymentLink: z.string() }),
] as const

/** What a template's order button may be paid by. */
export const templatePayment = z.discriminatedUnion('type', shared)

/** What an order may be paid by. */
export const orderPayment = z.discriminatedUnion('type', [
  object({
    type: z.literal('UPI_PAYU'),
    id: text(1, 25),
    productDescription: text(1, 100),
    customerFirstName: text(1, 60),
    customerLastName: upTo(20).optional(),
    customerEmail: text(1, 50),
    callbackData: z.array(upTo(255)).max(5).optional(),
  }),
  object({ type: z.literal('BRAZIL'), id: paymentId }),
  ...shared,
])

const paid = <T extends string>(type: T) => object({ type: z.literal(type), id: paymentId })

/** The payment that an order's state is about. */
export const paymentStatus = z.discriminatedUnion('type', [
  object({ type: z.literal('UPI_PAYU'), id: text(1, 25) }),
  paid('BRAZIL'),
  paid('BRAZIL_PIX_DC'),
  paid('PG_PAYU'),
  paid('PG_RAZORPAY'),
  paid('BRAZIL_LINK'),
  paid('BRAZIL_BOLETO'),
  paid('UPI_INTENT'),
  paid('UPI_LINK'),
])

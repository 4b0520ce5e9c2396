import { z } from 'zod'
import { dateTime, object, text, upTo } from '../parts.ts'

const optional = z.string().optional()
const name = text(1, 60).optional()

const beneficiary = object({
  name: upTo(200).optional(),
  firstAddressLine: upTo(100).optional(),
  secondAddressLine: upTo(100).optional(),
  city: optional,
  state: optional,
  country: z.enum(['INDIA']).optional(),
  postalCode: z
    .string()
    .regex(/^[0-9]{6}$/)
    .optional(),
}).optional()

const fields = z.array(z.enum(['POSTAL_ADDRESS', 'EMAIL', 'PHONE', 'NAME', 'PHONETIC_NAME'])).optional()

const configuration = z.discriminatedUnion('type', [
  object({
    type: z.literal('PG_PAYU'),
    id: optional,
    name,
    beneficiary,
    callbackData: z.array(text(1, 255)).max(4).optional(),
  }),
  object({
    type: z.literal('PG_RAZORPAY'),
    id: optional,
    name,
    beneficiary,
    callbackData: z.record(z.string(), z.string()).optional(),
  }),
  object({
    type: z.literal('UPI_PAYU'),
    id: text(1, 25).optional(),
    name,
    productDescription: text(1, 100).optional(),
    customerFirstName: text(1, 60).optional(),
    customerLastName: upTo(20).optional(),
    customerEmail: text(1, 50).optional(),
    callbackData: z.array(upTo(255)).max(5).optional(),
  }),
  object({ type: z.literal('BRAZIL'), id: optional, name }),
  object({
    type: z.literal('BRAZIL_PIX_DC'),
    id: optional,
    name,
    code: optional,
    merchantName: optional,
    keyType: z.enum(['CPF', 'CNPJ', 'EMAIL', 'PHONE', 'EVP']).optional(),
    key: optional,
  }),
  object({ type: z.literal('BRAZIL_LINK'), id: optional, paymentLink: optional }),
  object({ type: z.literal('BRAZIL_BOLETO'), id: optional, code: optional }),
  object({
    type: z.literal('UPI_INTENT'),
    id: optional,
    beneficiary,
    format: z.discriminatedUnion('type', [object({ type: z.literal('LINK'), paymentLink: optional })]).optional(),
  }),
  object({
    type: z.literal('APPLE_PAY'),
    merchantDomain: optional,
    merchantDisplayName: optional,
    merchantPaymentGatewayUrl: optional,
    merchantCountryCode: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional(),
    currencyCode: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
    merchantCapabilities: z.array(z.enum(['3DS', 'CREDIT', 'DEBIT', 'EMV'])).optional(),
    supportedNetworks: z
      .array(
        z.enum([
          'AMEX',
          'CHINA_UNION_PAY',
          'DISCOVER',
          'ELECTRON',
          'INTERAC',
          'MAESTRO',
          'MASTERCARD',
          'PRIVATE_LABEL',
          'VISA',
        ]),
      )
      .optional(),
    requiredBillingFields: fields,
    requiredShippingFields: fields,
    paymentMethodUpdateUrl: optional,
    shippingContactUpdateUrl: optional,
    shippingMethodUpdateUrl: optional,
    orderTrackingUrl: optional,
    fallbackUrl: optional,
  }),
])

const described = object({ value: z.number().optional(), description: optional }).optional()

export const payment = object({
  configuration: configuration.optional(),
  total: described,
  subtotal: z.number().optional(),
  tax: described,
  discount: described,
})

export const shippings = z.array(
  object({ amount: z.number(), description: optional, identifier: optional, label: optional }),
)

export const order = object({
  catalogId: optional,
  currency: z.enum(['INR', 'BRL']).optional(),
  type: z.enum(['PHYSICAL_GOODS', 'DIGITAL_GOODS']).optional(),
  detailsType: z.enum(['QUICK_PAY']).optional(),
  items: z
    .array(
      object({
        name: z.string(),
        retailerId: optional,
        quantity: z.int32().optional(),
        amount: z.number(),
        saleAmount: z.number().optional(),
        importer: object({
          name: optional,
          address: object({
            firstAddressLine: optional,
            secondAddressLine: optional,
            city: optional,
            zoneCode: optional,
            postalCode: optional,
            countryCode: optional,
          }).optional(),
          originCountry: optional,
        }).optional(),
      }),
    )
    .optional(),
  expiration: object({ timestamp: dateTime.optional(), description: upTo(120).optional() }).optional(),
})

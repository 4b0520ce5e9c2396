import { z } from 'zod'
import { body, footer, freeObject, header, name, replyButton, textHeader, textOf } from './interactive-parts.ts'
import { mediaRef } from './media-ref.ts'
import { orderDetails, orderStatuses, payment } from './order-parts.ts'

/** How many fit into the whole message is checked where it is built, and refused by name. */
const MOST_IN_SECTION = 100
const productIds = z.array(name).min(1).max(MOST_IN_SECTION)
const cardHeader = z.strictObject({ type: z.enum(['image', 'video']), media: mediaRef })
const cardBody = textOf(160, 0)

/** The interactive kinds of WhatsApp, in IMChannel's terms. */
export const interactive = {
  buttons: z.strictObject({
    type: z.literal('buttons'),
    body,
    buttons: z.array(replyButton).min(1).max(3),
    header: header.optional(),
    footer: footer.optional(),
  }),
  list: z.strictObject({
    type: z.literal('list'),
    body,
    button: textOf(20).describe('What opens the list'),
    sections: z
      .array(
        z.strictObject({
          title: textOf(24, 0).optional(),
          rows: z
            .array(
              z.strictObject({
                id: z.string().min(1).max(200),
                title: textOf(24),
                description: textOf(72, 0).optional(),
              }),
            )
            .min(1)
            .max(MOST_IN_SECTION),
        }),
      )
      .min(1)
      .max(10),
    header: textHeader.optional(),
    footer: footer.optional(),
  }),
  urlButton: z.strictObject({
    type: z.literal('urlButton'),
    body,
    title: textOf(20).describe('What the button says'),
    url: z.string().min(1).max(2048),
    header: header.optional(),
    footer: footer.optional(),
  }),
  product: z.strictObject({
    type: z.literal('product'),
    catalogId: name,
    productRetailerId: name,
    body: body.optional(),
    footer: footer.optional(),
  }),
  productList: z.strictObject({
    type: z.literal('productList'),
    header: textHeader,
    body,
    catalogId: name,
    sections: z
      .array(z.strictObject({ title: textOf(24, 0).optional(), productRetailerIds: productIds }))
      .min(1)
      .max(10),
    footer: footer.optional(),
  }),
  carousel: z.strictObject({
    type: z.literal('carousel'),
    body,
    cards: z.union(
      [
        z
          .array(
            z.strictObject({
              header: cardHeader,
              body: cardBody,
              buttons: z
                .array(z.strictObject({ id: z.string().min(1).max(20), title: textOf(20) }))
                .min(1)
                .max(10),
            }),
          )
          .min(2)
          .max(10),
        z
          .array(
            z.strictObject({
              header: cardHeader,
              body: cardBody,
              button: z.strictObject({ title: textOf(20), url: z.string().min(1).max(2048) }),
            }),
          )
          .min(2)
          .max(10),
      ],
      { error: 'is 2 to 10 cards, all with buttons {id, title} or all with one button {title, url}' },
    ),
  }),
  flow: z.strictObject({
    type: z.literal('flow'),
    body,
    button: textOf(20),
    flowId: name,
    flowToken: z.string().min(1).max(3000),
    mode: z.enum(['DRAFT', 'PUBLISHED']).optional(),
    version: z.int().optional(),
    action: z.enum(['NAVIGATE', 'DATA_EXCHANGE']).optional(),
    screen: name.optional().describe('The first screen, with action NAVIGATE alone'),
    data: freeObject.optional(),
    header: textHeader.optional(),
    footer: footer.optional(),
  }),
  voiceButton: z.strictObject({
    type: z.literal('voiceButton'),
    body,
    button: textOf(20).optional(),
    validityMinutes: z.int().min(1).max(43_200).optional(),
    payload: z.string().min(1).max(512).optional(),
  }),
  locationRequest: z.strictObject({ type: z.literal('locationRequest'), body }),
  contactRequest: z.strictObject({ type: z.literal('contactRequest'), body }),
  callPermissionRequest: z.strictObject({ type: z.literal('callPermissionRequest') }),
  authenticationRequest: z.strictObject({ type: z.literal('authenticationRequest') }),
  orderDetails: z.strictObject({
    type: z.literal('orderDetails'),
    body,
    ...orderDetails,
    header: z.strictObject({ type: z.literal('image'), media: mediaRef }).optional(),
    footer: footer.optional(),
  }),
  orderStatus: z.strictObject({
    type: z.literal('orderStatus'),
    payment,
    status: z.enum(orderStatuses),
    description: textOf(120, 0).optional(),
    body: body.optional(),
    footer: footer.optional(),
  }),
} as const

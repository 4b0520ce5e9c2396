import { z } from 'zod'

const mode = z.enum(['off', 'advise', 'enforce']).exactOptional()

/** What is judged before a message is sent: `advise` sends and says so, `enforce` rejects before any request. */
export const gatesSchema = z.strictObject({
  window: mode.describe(
    'A free-form message while the customer service window is closed (`window_closed`). `enforce` needs `inbound: complete` of every sender that it holds for.',
  ),
  consent: mode.describe('A message to somebody who has opted out of it (`opted_out`).'),
  template: mode.describe(
    'A template that the account does not have, or has not as it is used (`template_unknown`, `template_not_approved`, `template_paused`, `template_mismatch`).',
  ),
  identity: mode.describe(
    'An authentication template to a user id (`phone_required`); a message to somebody whose WhatsApp identity has changed, which WhatsApp refuses until it is confirmed (`identity_unconfirmed`).',
  ),
})

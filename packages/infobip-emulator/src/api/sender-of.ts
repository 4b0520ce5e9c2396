import type { AccountSettings, SenderSettings } from '../settings.ts'
import { notFound } from './errors.ts'

/** The account's sender that a path names. @throws ApiError 404 */
export function senderOf(account: AccountSettings, number: string | undefined): SenderSettings {
  const sender = account.senders.find((one) => one.number === number)
  if (sender === undefined) throw notFound(`Sender ${number ?? ''} not found`)
  return sender
}

/** What is known of a send beside its command. */
export interface SendContext {
  /** The account's way of sending. */
  api: 'omni' | 'messages'
  /** Of the sender. */
  scenarioKey?: string | undefined
  /** UUIDv5 of tenant and command id: the same for each attempt. */
  messageId: string
  /** Epoch milliseconds. */
  now: number
}

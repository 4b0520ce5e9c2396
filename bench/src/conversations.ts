/** Two hundred senders of four accounts: pacing is in the path and not the limit. */
export const senders = Array.from({ length: 200 }, (_, index) => String(447_860_100_000 + index))

/** Enough for all partitions, few enough to come again. */
export const conversationCount = 5_000
const firstCustomer = 351_920_000_000

/** Who talks to whom in a conversation of the load. */
export function conversation(index: number): { readonly sender: string; readonly customer: string } {
  const number = index % conversationCount
  return { sender: senders[number % senders.length] ?? '', customer: String(firstCustomer + number) }
}

/** Who talks with a customer at the moment, and what people at the desk have to see: yours is a database and a page. */
export interface Desk {
  /** Whether a person has taken over the conversation. */
  isWithPerson(conversation: string): Promise<boolean>
  /** Puts the conversation before people; the same request twice is one. */
  handOver(request: { conversation: string; customer: string; name?: string | undefined; said: string }): Promise<void>
  /** Shows people what the customer wrote since; `id` tells a repeat. */
  show(message: { id: string; conversation: string; text: string }): Promise<void>
  /** The customer has had enough of people. */
  takeBack(conversation: string): Promise<void>
}

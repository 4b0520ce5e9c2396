/** One thing said, by whom. */
export interface Said {
  readonly by: 'customer' | 'assistant'
  readonly text: string
}

/** A language model, whichever it is: one call, which a test can fill. */
export interface LanguageModel {
  /** The answer to a conversation whose last word is the customer's. @throws when there is none; the bot tries again */
  answer(conversation: readonly Said[], signal: AbortSignal): Promise<string>
}

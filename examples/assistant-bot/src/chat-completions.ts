import type { LanguageModel } from './language-model.ts'

export interface ChatCompletionsOptions {
  /** `https://…/v1`; many providers and local servers speak this protocol. */
  readonly baseUrl: string
  readonly model: string
  readonly apiKey?: string | undefined
  /** Who the model is to be. */
  readonly instructions: string
}

const TIMEOUT_MS = 60_000

/** A model behind the chat completions protocol. */
export function chatCompletions({ baseUrl, model, apiKey, instructions }: ChatCompletionsOptions): LanguageModel {
  return {
    answer: async (conversation, signal) => {
      const said = conversation.map(({ by, text }) => ({
        role: by === 'customer' ? 'user' : 'assistant',
        content: text,
      }))
      const response = await fetch(`${baseUrl.replace(/\/$/, '')}/chat/completions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify({ model, messages: [{ role: 'system', content: instructions }, ...said] }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      })
      if (!response.ok) throw new Error(`the model answered ${response.status}`)
      const answer = (await response.json()) as { choices?: { message?: { content?: string } }[] } // checked below
      const text = answer.choices?.[0]?.message?.content?.trim()
      if (text === undefined || text === '') throw new Error('the model answered without a text')
      return text
    },
  }
}

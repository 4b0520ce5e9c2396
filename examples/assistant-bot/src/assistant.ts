import type { Bot, Message } from '@imchannel/bot'
import type { LanguageModel, Said } from './language-model.ts'

export interface AssistantOptions {
  readonly model: LanguageModel
  /** Said when a message is none that a language model can read. */
  readonly onlyText: string
}

/** Things said that the model is shown; older ones are forgotten. */
const REMEMBERED = 20
/** Conversations kept in memory; the model begins anew with one that was forgotten. */
const CONVERSATIONS = 10_000

/**
 * Has a language model answer. Run with `turns: 'latest'`: a customer who adds something has the model begin again with all of it, instead of
 * being answered to half of it. What a model says differs each time; the first answer counts, as its command's id is the same.
 */
export function assistant({ model, onlyText }: AssistantOptions): (bot: Bot) => void {
  const memory = new Map<string, readonly Said[]>()
  return (bot) => {
    bot.onMessage(async (message, reply) => {
      const texts = [...message.earlier, message].flatMap(textOf)
      if (texts.length === 0) return void (await reply.text(onlyText))
      await reply.typing()
      const before = memory.get(message.conversation) ?? []
      const asked = [...before, ...texts.map((text): Said => ({ by: 'customer', text }))].slice(-REMEMBERED)
      const text = await model.answer(asked, message.signal)
      await reply.text(text, { key: 'answer' })
      remember(message.conversation, [...asked, { by: 'assistant', text }])
    })
  }

  function remember(conversation: string, said: readonly Said[]): void {
    memory.delete(conversation)
    memory.set(conversation, said)
    const [oldest] = memory.keys()
    if (memory.size > CONVERSATIONS && oldest !== undefined) memory.delete(oldest)
  }
}

function textOf({ content }: Message): string[] {
  return content.type === 'text' ? [content.text] : []
}

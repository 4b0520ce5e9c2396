import type { Bot } from '@imchannel/bot'

/** A person's answer, typed at the desk. `id` is the desk's own: pressing "send" twice sends once. */
export interface PersonsAnswer {
  readonly id: string
  /** As the desk was given it: tenant, business number, customer. */
  readonly conversation: string
  readonly text: string
}

/** Sends what a person says in the place of the bot, and resolves with whether Infobip took it. */
export async function answerAsPerson(bot: Bot, { id, conversation, text }: PersonsAnswer): Promise<string> {
  const [tenant, from, to] = conversation.split(':')
  if (tenant === undefined || from === undefined || to === undefined)
    throw new Error(`no conversation: ${conversation}`)
  const sent = await bot.send({ id: `desk-${id}`, tenant, from, to, content: { type: 'text', text } })
  return sent.accepted.then(
    () => 'sent',
    (error: unknown) => String(error),
  )
}

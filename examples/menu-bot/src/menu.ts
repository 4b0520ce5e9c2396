import type { Bot } from '@imchannel/bot'

const drinks = [
  { id: 'espresso', title: 'Espresso', description: 'Small and strong', price: 2 },
  { id: 'flat-white', title: 'Flat white', description: 'With steamed milk', price: 4 },
  { id: 'tea', title: 'Tea', description: 'A pot of it', price: 3 },
] as const

/**
 * A café: buttons, a list, an answer to each choice. It keeps nothing in memory: what the customer has chosen so far is in the ids of the
 * buttons, so that any process can answer, also after a restart.
 */
export function menu(bot: Bot): void {
  bot.onMessage('buttonReply', async ({ content }, reply) => {
    const [action, drink] = (content.id ?? '').split(':')
    if (action === 'order') {
      const rows = drinks.map(({ id, title, description }) => ({ id: `drink:${id}`, title, description }))
      return reply.list({ body: 'What would you like?', button: 'Drinks', sections: [{ title: 'Drinks', rows }] })
    }
    if (action === 'hours') return reply.text('We are open from 8 to 18, every day.')
    const chosen = drinks.find(({ id }) => id === drink)
    if (action === 'confirm' && chosen !== undefined) {
      return reply.text(`One ${chosen.title}, ${chosen.price} €. It will be ready in five minutes.`)
    }
    return reply.buttons('Very well. Anything else?', start)
  })

  bot.onMessage('listReply', async ({ content }, reply) => {
    const chosen = drinks.find(({ id }) => content.id === `drink:${id}`)
    if (chosen === undefined) return reply.buttons('That is no longer on the menu.', start)
    return reply.buttons(`One ${chosen.title} for ${chosen.price} €?`, [
      { id: `confirm:${chosen.id}`, title: 'Yes, please' },
      { id: 'cancel', title: 'No' },
    ])
  })

  bot.onMessage(async ({ contact }, reply) => {
    const name = contact?.name === undefined ? '' : `, ${contact.name}`
    return reply.buttons(`Welcome${name}! What can we do for you?`, start, { footer: 'Café Example' })
  })
}

const start = [
  { id: 'order', title: 'Order a drink' },
  { id: 'hours', title: 'Opening hours' },
] as const

import { describe, expect, it } from 'vitest'
import { createBot, type Bot, type BotOptions } from './bot.ts'
import { InvalidReply, SendFailed } from './errors.ts'
import type { Sent } from './sends.ts'
import { createTestBot } from './testing/index.ts'
import type { BotTransport } from './transport.ts'

const texts = (commands: readonly unknown[]) =>
  commands.map((command) => (command as { content?: { text?: string } }).content?.text)

const withContact = (bot: Bot): void => bot.onContactChanged(() => undefined)
const withConsent = (bot: Bot): void => bot.onConsentChanged(() => undefined)

/** The topics that a bot reads. */
async function topicsOf(setUp: (bot: Bot) => void, options: Partial<BotOptions> = {}): Promise<readonly string[]> {
  let topics: readonly string[] = []
  const transport: BotTransport = {
    start: async (subscription) => void (topics = subscription.topics),
    publish: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  }
  const bot = createBot({ transport, ...options })
  setUp(bot)
  await bot.start()
  await bot.stop()
  return topics
}

describe('a bot that joins texts', () => {
  it('sends those of one run as one message, and whatever else in its order', async () => {
    const test = await createTestBot(
      (bot) =>
        bot.onMessage(async (_message, reply) => {
          await reply.text('One')
          await reply.text('Two')
          await reply.buttons('Which?', ['This'])
          await reply.text('Three')
          await reply.text('Quoted', { quote: true })
          void reply.text('Four')
          void reply.text('Five')
        }),
      { coalesce: true },
    )
    const commands = await test.customer('351927482662').says('Hi')
    expect(texts(commands)).toEqual(['One\n\nTwo', undefined, 'Three', 'Quoted', 'Four\n\nFive'])
    expect(new Set(commands.map(({ id }) => id)).size).toBe(5)
    expect(await test.customer('351927482663').says('Hi')).toHaveLength(5)
    await test.stop()
  })

  it('writes a text whose outcome is asked for, knows its ids before, and joins nothing to it afterwards', async () => {
    let ids: (string | undefined)[] = []
    const test = await createTestBot(
      (bot) =>
        bot.onMessage(async (_message, reply) => {
          const one = await reply.text('One')
          const two = await reply.text('Two')
          ids = [one.commandId, two.commandId]
          void one.accepted
          await reply.text('Three')
        }),
      { coalesce: true },
    )
    const commands = await test.customer('351927482662').says('Hi')
    expect(texts(commands)).toEqual(['One\n\nTwo', 'Three'])
    expect(ids).toEqual([commands[0]?.id, commands[0]?.id])
    await test.stop()
  })

  it('begins another message where one would be too long', async () => {
    const long = 'x'.repeat(4_000)
    const test = await createTestBot(
      (bot) =>
        bot.onMessage(async (_message, reply) => {
          for (const text of ['a', long, long]) await reply.text(text)
        }),
      { coalesce: true },
    )
    const commands = await test.customer('351927482662').says('Hi')
    expect(texts(commands)).toEqual([`a\n\n${long}`, long])
    await test.stop()
  })
})

it('a joined text that cannot be written fails its handler', async () => {
  const test = await createTestBot((bot) => bot.onMessage(async (_message, reply) => void (await reply.text(''))), {
    coalesce: true,
    attempts: 1,
  })
  expect(await test.customer('351927482662').says('Hi')).toEqual([])
  expect(test.deadLetters()).toHaveLength(1)
  await test.stop()
})

describe('a bot', () => {
  it('says who writes and what for: answers are replies, what it sends by itself notifications or bulk', async () => {
    const test = await createTestBot((bot) => bot.onMessage((_message, reply) => reply.text('Hello')), {
      groupId: 'shop',
      source: 'greeter',
    })
    const [answer] = await test.customer('351927482662').says('Hi')
    expect(answer).toMatchObject({ source: 'greeter', class: 'reply' })
    const own = { from: '447860099299', to: '351927482662', content: { type: 'text', text: 'Sale' } } as const
    await test.bot.send({ ...own, id: 'n-1' })
    await test.bot.send({ ...own, id: 'b-1', class: 'bulk' })
    expect(test.commands().slice(1)).toMatchObject([
      { source: 'greeter', class: 'notification' },
      { source: 'greeter', class: 'bulk' },
    ])
    await test.stop()
  })

  it('answers in the order of its replies, as the number that was written to', async () => {
    const test = await createTestBot((bot) => {
      bot.onMessage(async (message, reply) => {
        await reply.read()
        await reply.typing()
        await reply.text(`Hello ${message.contact?.name}`, { quote: true })
        await reply.buttons('Which?', ['This', { id: 'that', title: 'That' }], { footer: 'Choose' })
        await reply.location({ latitude: 1, longitude: 2 })
      })
    })
    const commands = await test.customer('351927482662', { name: 'Teresa' }).says('Hi')
    expect(commands.map(({ type }) => type)).toEqual([
      'imchannel.message.read.v1',
      'imchannel.typing.start.v1',
      'imchannel.message.send.v1',
      'imchannel.message.send.v1',
      'imchannel.message.send.v1',
    ])
    expect(commands[2]).toMatchObject({
      tenant: 'acme',
      from: '447860099299',
      to: '351927482662',
      content: { type: 'text', text: 'Hello Teresa' },
      replyTo: { messageId: expect.stringContaining('wamid.') },
    })
    expect(commands[3]).toMatchObject({
      content: { type: 'buttons', buttons: [{ id: 'This' }, { id: 'that', title: 'That' }], footer: 'Choose' },
    })
  })

  it('gives a reply a second form, and says how dear it may be', async () => {
    const test = await createTestBot((bot) => {
      bot.onMessage((_message, reply) =>
        reply.text('Still there?', { fallback: { name: 'again', language: 'en' }, maxCategory: 'utility' }),
      )
    })
    const [command] = await test.customer('351927482662').says('Hi')
    expect(command).toMatchObject({
      content: { type: 'text', text: 'Still there?' },
      fallback: { type: 'template', name: 'again', language: 'en' },
      maxCategory: 'utility',
    })
  })

  it('writes the same commands when it runs again, and so sends nothing twice', async () => {
    const test = await createTestBot((bot) => {
      bot.onMessage(async (_message, reply) => {
        await reply.text('one')
        await reply.text('two', { key: 'named' })
      })
    })
    const customer = test.customer('351927482662')
    const first = await customer.says('Hi')
    expect(await customer.sendsAgain()).toEqual(first)
    expect(test.commands()).toEqual(first)
    expect(first.map(({ id }) => id.replace(/[0-9a-f-]{36}/, 'event'))).toEqual(['bot:event:1', 'bot:event:named'])
  })

  it('is told of a customer’s consent, may answer, and answers a repeat with the same command', async () => {
    const told: unknown[] = []
    const test = await createTestBot((bot) => {
      bot.onMessage((_message, reply) => reply.text('a message'))
      bot.onConsentChanged(async (consent, reply) => {
        told.push([consent.state, consent.scope, consent.source, consent.conversation])
        if (consent.state === 'optedOut') await reply.text('Goodbye')
      })
    })
    const customer = test.customer('351927482662')
    const answers = await customer.changesConsent({ state: 'optedOut' })
    expect(answers).toMatchObject([{ to: '351927482662', from: '447860099299', content: { text: 'Goodbye' } }])
    expect(await customer.sendsAgain()).toEqual(answers)
    expect(await customer.changesConsent({ state: 'optedIn', source: 'whatsapp' })).toEqual([])
    const conversation = 'acme:447860099299:351927482662'
    const stop = ['optedOut', 'marketing', 'keyword', conversation]
    expect(told).toEqual([stop, stop, ['optedIn', 'marketing', 'whatsapp', conversation]])
    await test.stop()
  })

  it('is told of a number’s new holder, may answer, and passes over what it has no handler for', async () => {
    const told: unknown[] = []
    const test = await createTestBot((bot) => {
      bot.onContactChanged(async (contact, reply) => {
        told.push([contact.reason, contact.userId, contact.previousUserId, contact.conversation])
        if (contact.previousUserId !== undefined) await reply.text('Have we met?')
      })
    })
    const customer = test.customer('351927482662')
    const answers = await customer.changesContact({ reason: 'new-user-id', userId: 'PT.2', previousUserId: 'PT.1' })
    expect(answers).toMatchObject([{ to: '351927482662', from: '447860099299', content: { text: 'Have we met?' } }])
    expect(await customer.sendsAgain()).toEqual(answers)
    expect(await customer.changesConsent({ state: 'optedOut' })).toEqual([])
    const change = ['new-user-id', 'PT.2', 'PT.1', 'acme:447860099299:351927482662']
    expect(told).toEqual([change, change])
    await test.stop()
  })

  it('reads no more topics than it has handlers for', async () => {
    expect(await topicsOf(() => undefined)).toEqual(['imchannel.inbound', 'imchannel.status'])
    expect(await topicsOf(withConsent)).toEqual(['imchannel.inbound', 'imchannel.status', 'imchannel.account'])
    expect(await topicsOf(withContact)).toEqual(['imchannel.inbound', 'imchannel.status', 'imchannel.account'])
    expect(await topicsOf(withConsent, { outcomes: false })).toEqual(['imchannel.inbound', 'imchannel.account'])
  })

  it('gives a message to the handler of its kind, with its content typed', async () => {
    const test = await createTestBot((bot) => {
      bot.onMessage('location', (message, reply) => reply.text(`${message.content.latitude}`))
      bot.onMessage((message, reply) => reply.text(message.content.type))
    })
    const customer = test.customer('351927482662')
    expect(texts(await customer.sends({ type: 'location', latitude: 38.7 }))).toEqual(['38.7'])
    expect(texts(await customer.sends({ type: 'sticker' }))).toEqual(['sticker'])
  })

  it('keeps the order of calls where a media item takes longer than the text after it', async () => {
    const test = await createTestBot((bot) => {
      bot.onMessage(async (_message, reply) => {
        const image = reply.image(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'))
        await Promise.all([image, reply.text('after')])
      })
    })
    const [image, text] = await test.customer('351927482662').says('image')
    expect(image).toMatchObject({ content: { type: 'image', media: { contentType: 'image/png' } } })
    expect(text).toMatchObject({ content: { text: 'after' } })
  })
})

describe('a handler that throws', () => {
  it('runs three times, and then the message is a dead letter with the reason', async () => {
    const attempts: number[] = []
    const test = await createTestBot((bot) => {
      bot.onMessage(async (message, reply) => {
        attempts.push(message.attempt)
        await reply.text('begun')
        throw new Error('no such order')
      })
    })
    const customer = test.customer('351927482662')
    await customer.says('Hi')
    expect(attempts).toEqual([1, 2, 3])
    expect(test.commands()).toHaveLength(1)
    expect(test.deadLetters()).toMatchObject([{ reason: 'no such order', attempts: 3 }])
    expect(JSON.parse(test.deadLetters()[0]?.value ?? '')).toMatchObject({ content: { text: 'Hi' } })
  })

  it('holds up no other conversation, and its own goes on', async () => {
    const test = await createTestBot((bot) => {
      bot.onMessage('text', (message, reply) => {
        if (message.content.text === 'bad') throw new Error('bad')
        return reply.text('good')
      })
    })
    const [bad, good] = [test.customer('351927482662'), test.customer('351927482663')]
    const [, first, second] = await Promise.all([bad.says('bad'), good.says('fine'), bad.says('fine')])
    expect([...texts(first), ...texts(second)]).toEqual(['good', 'good'])
  })

  it('is told what is wrong with a reply, and nothing of it is written', async () => {
    const errors: unknown[] = []
    const test = await createTestBot((bot) => {
      bot.onMessage(async (_message, reply) => {
        await reply.buttons('Which?', ['This title is much too long']).catch((error: unknown) => errors.push(error))
        await reply
          .image(Buffer.alloc(600_000, 1), { contentType: 'image/png' })
          .catch((error: unknown) => errors.push(error))
        await reply.image('/tmp/x.png').catch((error: unknown) => errors.push(error))
        await reply.text('fallback')
      })
    })
    const commands = await test.customer('351927482662').says('Hi')
    expect(texts(commands)).toEqual(['fallback'])
    expect(errors.every((error) => error instanceof InvalidReply)).toBe(true)
    expect(errors.map(String)).toEqual([
      expect.stringContaining('buttons[0].title'),
      expect.stringContaining('createBot({ media: { url, token } })'),
      expect.stringContaining('no http(s) URL'),
    ])
  })

  it('fails for a reply that failed and that nobody waited for', async () => {
    const test = await createTestBot((bot) => {
      bot.onMessage((_message, reply) => {
        void reply.text('')
      })
    })
    await test.customer('351927482662').says('Hi')
    expect(test.deadLetters()).toHaveLength(1)
  })
})

describe('what became of a send', () => {
  it('is a promise for each state', async () => {
    const sent: Sent[] = []
    const test = await createTestBot((bot) => {
      bot.onMessage(async (_message, reply) => void sent.push(await reply.text('Hi'), await reply.text('Ho')))
    })
    const [good, bad] = await test.customer('351927482662').says('Hi')
    if (good === undefined || bad === undefined) throw new Error('there are two')
    await test.reports(good, 'accepted')
    expect(await sent[0]?.accepted).toMatchObject({ state: 'accepted', commandId: good.id })
    await test.reports(good, 'seen')
    expect(await sent[0]?.delivered).toMatchObject({ state: 'seen' })
    expect(await sent[0]?.seen).toMatchObject({ state: 'seen' })
    await test.reports(bad, 'rejected')
    expect(await sent[1]?.rejected).toMatchObject({ state: 'rejected', reason: expect.stringContaining('the test') })
    await expect(sent[1]?.accepted).rejects.toBeInstanceOf(SendFailed)
    await test.stop()
  })

  it('can be waited for inside the handler', async () => {
    const test = await createTestBot((bot) => {
      bot.onMessage(async (_message, reply) => {
        const first = await reply.text('first')
        await first.delivered
        await reply.text('second')
      })
    })
    const answered = test.customer('351927482662').says('Hi')
    await expect.poll(() => test.commands().length).toBe(1)
    const [first] = test.commands()
    if (first === undefined) throw new Error('there is one')
    await test.reports(first, 'delivered')
    expect(texts(await answered)).toEqual(['first', 'second'])
  })

  it('is given to the callback, for this bot’s own sends alone, which may answer under ids of its own', async () => {
    const states: string[] = []
    const test = await createTestBot((bot) => {
      bot.onMessage((_message, reply) => reply.text('Hi'))
      bot.onOutcome(async (outcome, reply) => {
        states.push(outcome.state)
        if (outcome.state === 'seen') await reply.text('So you read it')
      })
    })
    const [command] = await test.customer('351927482662').says('Hi')
    if (command === undefined) throw new Error('there is one')
    await test.reports(command, 'delivered')
    await test.reports(command, 'seen')
    await test.reports({ ...command, id: 'of-another-bot' }, 'seen')
    expect(states).toEqual(['delivered', 'seen'])
    expect(texts(test.commands())).toEqual(['Hi', 'So you read it'])
  })

  it('is given up when the bot stops: the next owner’s callback will tell', async () => {
    let sent: Sent | undefined
    const test = await createTestBot((bot) => {
      bot.onMessage(async (_message, reply) => {
        sent = await reply.text('Hi')
      })
    })
    await test.customer('351927482662').says('Hi')
    await test.stop()
    await expect(sent?.accepted).rejects.toThrow('the bot stops')
  })

  it('keeps nobody waiting when the bot stops: the turn is the next owner’s', async () => {
    const test = await createTestBot((bot) => {
      bot.onMessage(async (_message, reply) => {
        await (
          await reply.text('Hi')
        ).accepted
      })
    })
    const turn = test.customer('351927482662').says('Hi')
    await expect.poll(() => test.commands().length).toBe(1)
    await Promise.all([expect(turn).rejects.toThrow('the bot stops'), test.stop()])
    expect(test.deadLetters()).toEqual([])
  })
})

const slow = () => {
  const gates: (() => void)[] = []
  return { wait: () => new Promise<void>((resolve) => gates.push(resolve)), open: () => gates.shift()?.(), gates }
}

describe('messages that come in a burst', () => {
  it('each have their turn, in order', async () => {
    const gate = slow()
    const test = await createTestBot((bot) => {
      bot.onMessage('text', async (message, reply) => {
        await gate.wait()
        await reply.text(message.content.text)
      })
    })
    const customer = test.customer('351927482662')
    const all = ['a', 'b', 'c'].map((text) => customer.says(text))
    for (const one of all) {
      await expect.poll(() => gate.gates.length).toBe(1)
      gate.open()
      await one
    }
    expect(texts(test.commands())).toEqual(['a', 'b', 'c'])
  })

  it('queue: what came while a turn ran is the next turn, together', async () => {
    const gate = slow()
    const turns: string[][] = []
    const test = await createTestBot(
      (bot) => {
        bot.onMessage(async (message) => {
          turns.push([...message.earlier, message].map(({ content }) => (content.type === 'text' ? content.text : '')))
          await gate.wait()
        })
      },
      { turns: 'queue' },
    )
    const customer = test.customer('351927482662')
    const all = Promise.all(['a', 'b', 'c'].map((text) => customer.says(text)))
    await expect.poll(() => gate.gates.length).toBe(1)
    gate.open()
    await expect.poll(() => gate.gates.length).toBe(1)
    gate.open()
    await all
    expect(turns).toEqual([['a'], ['b', 'c']])
  })

  it('latest: a newer message ends the turn that runs, and what it would still have said', async () => {
    const gate = slow()
    const ended: unknown[] = []
    const test = await createTestBot(
      (bot) => {
        bot.onMessage('text', async (message, reply) => {
          message.signal.addEventListener('abort', () => ended.push(message.content.text))
          await gate.wait()
          await reply.text([...message.earlier, message].map(({ content }) => 'text' in content && content.text).join())
        })
      },
      { turns: 'latest' },
    )
    const customer = test.customer('351927482662')
    const first = customer.says('a')
    await expect.poll(() => gate.gates.length).toBe(1)
    const second = customer.says('b')
    await expect.poll(() => ended).toEqual(['a'])
    gate.open()
    await expect.poll(() => gate.gates.length).toBe(1)
    gate.open()
    await Promise.all([first, second])
    expect(texts(test.commands())).toEqual(['a,b'])
    expect(test.deadLetters()).toEqual([])
  })

  it('debounce: a turn begins when the customer falls silent', async () => {
    const turns: number[] = []
    const test = await createTestBot(
      (bot) => {
        bot.onMessage((message) => void turns.push(message.earlier.length + 1))
      },
      { turns: { kind: 'debounce', waitMs: 200 } },
    )
    const customer = test.customer('351927482662')
    await Promise.all(['a', 'b', 'c'].map((text) => customer.says(text)))
    await customer.says('d')
    expect(turns).toEqual([3, 1])
  })

  it('give up what has not begun when the bot stops, for the next owner', async () => {
    const gate = slow()
    const test = await createTestBot((bot) => {
      bot.onMessage(async (_message, reply) => {
        await gate.wait()
        await reply.text('done')
      })
    })
    const customer = test.customer('351927482662')
    const [running, waiting] = [customer.says('a'), customer.says('b')]
    await expect.poll(() => gate.gates.length).toBe(1)
    const stopped = test.stop()
    await expect(waiting).rejects.toThrow('the bot stops')
    gate.open()
    await stopped
    expect(texts(await running)).toEqual(['done'])
  })
})

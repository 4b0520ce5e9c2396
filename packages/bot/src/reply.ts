import type { CommandContent, CommandContentOf, SendMessage } from '@imchannel/events'
import { InvalidReply } from './errors.ts'
import { holdText, type HeldText } from './held-text.ts'
import { toMediaRef, type MediaFacts, type MediaServer, type MediaSource } from './media.ts'
import { Sending } from './sending.ts'
import type { Sent } from './sends.ts'

/** What any reply can be given besides its content. */
export interface ReplyOptions {
  /** Quotes the customer's message. */
  readonly quote?: boolean
  /** Comes back with every report; no secrets. */
  readonly callbackData?: string
  /** Not before this. */
  readonly sendAt?: Date
  /** Not after this. */
  readonly expiresAt?: Date
  /** A template that is sent instead, under the same id, while the customer service window is closed. */
  readonly fallback?: Omit<CommandContentOf<'template'>, 'type'>
  /** What it is, where a template’s category is not known: opt-outs of marketing cover `marketing`. */
  readonly category?: SendMessage['category']
  /** Rejects a template that has moved to a dearer category. */
  readonly maxCategory?: SendMessage['maxCategory']
  /**
   * Names the reply in the command's id, instead of its place among the handler's replies: for handlers that may answer in another order, or
   * otherwise, when they run again.
   */
  readonly key?: string
}

export interface MediaOptions extends ReplyOptions {
  readonly caption?: string
  readonly filename?: string
  /** Told from the bytes unless given. */
  readonly contentType?: string
}

type Extra<T extends 'buttons' | 'list' | 'template' | 'location'> = Omit<CommandContentOf<T>, 'type'>
type ButtonInput = string | { readonly id: string; readonly title: string }

/** Answers one message. Replies leave in the order of the calls; each resolves when Kafka has it. */
export interface Reply {
  text(text: string, options?: ReplyOptions & { previewUrl?: boolean }): Promise<Sent>
  image(source: MediaSource, options?: MediaOptions): Promise<Sent>
  document(source: MediaSource, options?: MediaOptions): Promise<Sent>
  video(source: MediaSource, options?: MediaOptions): Promise<Sent>
  /** WhatsApp shows no caption with audio. */
  audio(source: MediaSource, options?: Omit<MediaOptions, 'caption'> & { voice?: boolean }): Promise<Sent>
  sticker(source: MediaSource, options?: Omit<MediaOptions, 'caption'>): Promise<Sent>
  location(place: Extra<'location'>, options?: ReplyOptions): Promise<Sent>
  /** One to three buttons; of a text, it is the id, too. */
  buttons(
    body: string,
    buttons: readonly ButtonInput[],
    options?: ReplyOptions & Pick<Extra<'buttons'>, 'header' | 'footer'>,
  ): Promise<Sent>
  list(list: Extra<'list'>, options?: ReplyOptions): Promise<Sent>
  /** May be sent at any time, also outside the 24-hour window. */
  template(template: Extra<'template'>, options?: ReplyOptions): Promise<Sent>
  /** Shows the customer that somebody types; marks the message as read, too. */
  typing(): Promise<Sent>
  /** Marks the customer's message as read. */
  read(): Promise<Sent>
  /** Any content of a command. */
  send(content: CommandContent, options?: ReplyOptions): Promise<Sent>
}

/** What a reply is, before it has an id and an address. */
export type Draft =
  | { readonly kind: 'send'; readonly content: CommandContent; readonly options: ReplyOptions }
  | { readonly kind: 'typing' }
  | { readonly kind: 'read' }

export interface ReplySurroundings {
  readonly tenant: string
  readonly media: MediaServer | undefined
  readonly signal: AbortSignal
  /** Writes the command; `place` is the reply's place from 1 on, or its key. */
  readonly write: (draft: Draft, place: number | string) => Promise<Sent>
  /** Joins texts that follow each other into one message; the ids of a message are asked for by its place before it is written. */
  readonly coalesce?: ((place: number | string) => Pick<Sent, 'commandId' | 'messageId'>) | undefined
}

/** A reply, and what it comes to when the handler is done. */
export interface Replies {
  readonly reply: Reply
  /** Waits for every send. @throws the first failure that no one else waits for */
  settled(): Promise<void>
}

export function createReplies({ tenant, media, signal, write, coalesce }: ReplySurroundings): Replies {
  const sendings: Sending[] = []
  let places = 0
  let held: HeldText | undefined
  let last: Promise<unknown> = Promise.resolve()

  /** The place is taken at the call; media are made ready side by side, commands are written one after another. */
  function enqueue(draft: Draft | Promise<Draft>, key?: string): Promise<Sent> {
    release()
    return enqueueAt(draft, key ?? ++places).sending
  }

  function enqueueAt(draft: Draft | Promise<Draft>, place: number | string) {
    const ready = Promise.resolve(draft)
    const written = Promise.all([ready, last]).then(([one]) => write(one, place))
    last = written.catch(() => undefined)
    const sending = Sending.of(written)
    sendings.push(sending)
    return { sending, written }
  }

  const send = (content: CommandContent, options: ReplyOptions = {}) =>
    enqueue({ kind: 'send', content, options }, options.key)

  /** What is held back goes first. */
  function release(): void {
    void held?.release()
    held = undefined
  }

  /** A text with options is a message of its own; those without join the one before them. */
  function text(said: string, { previewUrl, ...options }: ReplyOptions & { previewUrl?: boolean } = {}): Promise<Sent> {
    const content = { type: 'text', text: said, ...given({ previewUrl }) } as const
    if (coalesce === undefined || previewUrl !== undefined || Object.keys(options).length > 0)
      return send(content, options)
    // It has its place, joined or not: the ids of what follows are the same when the handler runs again.
    const place = ++places
    if (held?.join(said) === true) return Promise.resolve(held.sent)
    release()
    held = holdText(said, {
      ids: coalesce(place),
      // Not the Sending: who asks for an outcome is no one who waits for the write.
      write: (joined) =>
        enqueueAt({ kind: 'send', content: { type: 'text', text: joined }, options: {} }, place).written,
    })
    return Promise.resolve(held.sent)
  }

  function mediaMessage(
    kind: MediaFacts['kind'],
    source: MediaSource,
    { contentType, filename, caption, voice, ...options }: MediaOptions & { voice?: boolean } = {},
  ): Promise<Sent> {
    const ready = toMediaRef(source, { tenant, kind, contentType, filename, signal }, media).then((ref): Draft => {
      const named = { media: ref, ...given({ filename }) }
      return { kind: 'send', content: mediaContent(kind, named, { caption, voice }), options }
    })
    return enqueue(ready, options.key)
  }

  return {
    reply: {
      text,
      image: (source, options) => mediaMessage('image', source, options),
      document: (source, options) => mediaMessage('document', source, options),
      video: (source, options) => mediaMessage('video', source, options),
      audio: (source, options) => mediaMessage('audio', source, options),
      sticker: (source, options) => mediaMessage('sticker', source, options),
      location: (place, options) => send({ ...place, type: 'location' }, options),
      buttons: (body, buttons, { header, footer, ...options } = {}) => {
        const all = buttons.map((one) => (typeof one === 'string' ? { id: one, title: one } : one))
        return send({ type: 'buttons', body, buttons: all, ...given({ header, footer }) }, options)
      },
      list: (list, options) => send({ ...list, type: 'list' }, options),
      template: (template, options) => send({ ...template, type: 'template' }, options),
      typing: () => enqueue({ kind: 'typing' }),
      read: () => enqueue({ kind: 'read' }),
      send,
    },
    settled: async () => {
      release()
      for (let at = 0; at < sendings.length; at++) {
        const sending = sendings[at]
        const error = await sending?.failure()
        if (error !== undefined && sending?.isWatched === false) throw error
      }
    },
  }
}

type Named = { media: CommandContentOf<'image'>['media']; filename?: string }

function mediaContent(
  kind: MediaFacts['kind'],
  named: Named,
  { caption, voice }: { caption: string | undefined; voice: boolean | undefined },
): CommandContent {
  switch (kind) {
    case 'image':
    case 'document':
    case 'video':
      return { type: kind, ...named, ...given({ caption }) }
    case 'audio':
      return { type: kind, ...named, ...given({ voice }) }
    case 'sticker':
      return { type: kind, ...named }
  }
}

/** The fields that have a value. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  // What is undefined has just been left out.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}

/** @throws InvalidReply for a message without a business number: there is nobody to answer as */
export function requireSender(from: string | undefined): string {
  if (from !== undefined) return from
  throw new InvalidReply('the message names no business number that it came to: there is nobody to answer as')
}

import type { Sent } from './sends.ts'

/** What WhatsApp takes as one text. */
const MOST_CHARACTERS = 4_096
/** An empty line: the texts were messages of their own. */
const BETWEEN = '\n\n'

/** Texts that are to become one message, until something else is to be sent or the handler is done. */
export interface HeldText {
  /** @returns false where the joined text would be longer than one message may be */
  join(text: string): boolean
  /** Writes it, once; what it is then is settled. */
  release(): Promise<Sent>
  /** What the bot holds of the message before it is written: who asks for an outcome has it written. */
  readonly sent: Sent
}

export interface HeldTextOptions {
  readonly ids: Pick<Sent, 'commandId' | 'messageId'>
  readonly write: (text: string) => Promise<Sent>
}

export function holdText(first: string, { ids, write }: HeldTextOptions): HeldText {
  let joined = first
  let written: Promise<Sent> | undefined
  const release = (): Promise<Sent> => (written ??= write(joined))
  const outcome = (state: 'accepted' | 'delivered' | 'seen' | 'rejected') => {
    const told = release().then((sent) => sent[state])
    // One that nobody looks at does no harm.
    told.catch(() => undefined)
    return told
  }

  return {
    join: (text) => {
      const longer = joined + BETWEEN + text
      if (written !== undefined || longer.length > MOST_CHARACTERS) return false
      joined = longer
      return true
    },
    release,
    sent: {
      ...ids,
      get accepted() {
        return outcome('accepted')
      },
      get delivered() {
        return outcome('delivered')
      },
      get seen() {
        return outcome('seen')
      },
      get rejected() {
        return outcome('rejected')
      },
    },
  }
}

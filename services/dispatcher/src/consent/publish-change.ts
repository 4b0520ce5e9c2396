import { encodeEvent } from '@imchannel/events'
import type { Topics } from '@imchannel/events'
import { consentPutOf } from '@imchannel/fact-store'
import type { ConsentCopy } from '@imchannel/fact-store'
import { isPermitted } from '@imchannel/kafka'
import type { KafkaClient, Producer } from '@imchannel/kafka'
import { untilReady } from '@imchannel/lifecycle'
import { unlessAbandoned } from '../adapters/wait.ts'
import type { ConsentChanges } from './set-consent.ts'

export interface PublishChangeOptions {
  client: KafkaClient
  producer: Producer
  topics: Topics
  copy: Pick<ConsentCopy, 'put'>
  /** Why nobody would take the change up; undefined where somebody does. Waits until it is known. */
  whyOff: () => Promise<string | undefined>
  onTrouble: (text: string) => void
}

/** Writes changes of consent beside those of webhooks, and into Redis at once. */
export function createConsentChanges(options: PublishChangeOptions): ConsentChanges {
  const { client, producer, topics, copy, whyOff, onTrouble } = options
  let mayWrite: boolean | undefined
  const onFailure = (error: unknown): void =>
    onTrouble(`a change waits: ${error instanceof Error ? error.message : String(error)}`)

  return {
    publish: async (event, signal) => {
      const off = await unlessAbandoned(whyOff(), signal)
      if (off !== undefined) return off
      const attempt = async (): Promise<void> => {
        mayWrite ||= await isPermitted(client, { kind: 'write', topic: topics.account })
        if (!mayWrite) return
        const [result] = await producer.publish([encodeEvent(event, topics)])
        if (result?.kind !== 'stored') throw new Error(result?.detail ?? 'no answer')
        const put = consentPutOf(event)
        // The writer does it as well.
        if (put !== undefined) await copy.put([put]).catch(() => undefined)
      }
      await untilReady(attempt, { signal, onFailure })
      return mayWrite === true ? undefined : `this user lacks Write on topic ${topics.account}`
    },
  }
}

import type { ConfigSource } from '@imchannel/config'
import type { Topics } from '@imchannel/events'
import type { Ledger } from '@imchannel/ledger'
import type { Accounts } from '../adapters/accounts.ts'
import type { LedgerWatch } from '../adapters/ledger-watch.ts'
import type { PrepareMedia } from '../adapters/media-preparation.ts'
import type { RecordSink } from '../adapters/record-sink.ts'
import type { Instruments } from '../instruments.ts'
import type { Attempt } from './attempt.ts'
import { createSetConsent } from '../consent/set-consent.ts'
import type { ConsentChanges } from '../consent/set-consent.ts'
import type { BudgetBooks } from '../budgets/budget-books.ts'
import { createConclusions } from './conclude.ts'
import type { FirstOfId } from './first-of-id.ts'
import { createRecordHandler } from './handle-record.ts'
import type { RecordHandler } from './handle-record.ts'
import { holdUnknownFormats } from './hold-unknown-formats.ts'
import type { ParkedHandler } from './hold-unknown-formats.ts'
import { createHoldUnknownNames } from './hold-unknown-names.ts'
import { createParkedKey } from './parked-key.ts'
import type { Parking } from './parking.ts'
import type { GateFacts } from './read-gate-facts.ts'
import type { ReadAlone } from './read-alone.ts'
import { createSendIndicator } from './send-indicator.ts'
import { createSendMessage } from './send-message.ts'
import type { BindingOfTopic } from './topic-bindings.ts'
import type { Handled, Origin, Work } from './work.ts'

/** What the engine stands on. */
export interface EngineParts {
  ledger: Ledger
  eventSink: RecordSink
  deadLetterSink: RecordSink
  attempt: Attempt
  prepareMedia: PrepareMedia
  gateFacts: GateFacts
  readAlone: ReadAlone
}

export interface EngineSurroundings {
  config: ConfigSource
  topics: Topics
  accounts: Accounts
  parking: Parking
  /** Of each origin its own: a copy does not wait for the command that it is a copy of. */
  firstOfId: Readonly<Record<Origin, FirstOfId>>
  bindingOfTopic: BindingOfTopic
  watch: LedgerWatch
  consentChanges: ConsentChanges
  budgetBooks: BudgetBooks
  instruments: Instruments
  /** Fires when the service is told to stop. */
  stopping: AbortSignal
}

export interface Engine {
  readonly source: RecordHandler
  readonly parked: ParkedHandler
}

/** From records to outcomes: one handler for the command topics, and one for the parked ones. */
export function createEngine(parts: EngineParts, surroundings: EngineSurroundings): Engine {
  const { ledger, eventSink, deadLetterSink, attempt, prepareMedia, gateFacts, readAlone } = parts
  const { config, topics, accounts, parking, watch, instruments, stopping, firstOfId, bindingOfTopic, budgetBooks } =
    surroundings
  const conclusions = createConclusions({ ledger, eventSink, deadLetterSink, topics, instruments })
  // A copy that was parked since a loss stands behind it; its original may have been sent before.
  const isSuspect = ({ record, original }: Work): boolean => watch.isSuspect(record) || watch.isSuspect(original)
  // Of a copy that was parked after the loss, an original's handler that was cut off from the ledger may have claimed later.
  const suspectSince = ({ record }: Work): number | undefined =>
    watch.isSuspect(record) ? watch.suspectSince(record) : undefined
  const send = { ledger, accounts, conclusions, attempt, instruments }
  const sendMessage = createSendMessage({
    ...send,
    prepareMedia,
    gateFacts,
    budgetBooks,
    parking,
    isSuspect,
    suspectSince,
  })
  const sendIndicator = createSendIndicator(send)
  const setConsent = createSetConsent({ ...send, changes: surroundings.consentChanges })

  const holdUnknownName = createHoldUnknownNames({
    isKnown: (tenant, number) => accounts.find(tenant, number) !== undefined,
  })

  function perform(work: Work): Promise<Handled> {
    const { command } = work
    switch (command.type) {
      case 'imchannel.message.send.v1':
        return sendMessage({ ...work, command })
      case 'imchannel.message.read.v1':
      case 'imchannel.typing.start.v1':
        return sendIndicator({ ...work, command })
      case 'imchannel.consent.set.v1':
        return setConsent({ ...work, command })
    }
  }

  function createHandler(origin: Origin): RecordHandler {
    return createRecordHandler({
      origin,
      config: () => config.current(),
      ledger,
      conclusions,
      readAlone,
      instruments,
      firstOfId: firstOfId[origin],
      holdUnknownName,
      bindingOfTopic,
      stopping,
      perform,
      onDelivered: (record, { tenant, from }, about) => {
        if (origin === 'parked') return
        const account = accounts.find(tenant, from)?.account.settings.id
        parking.intake(record, { tenant, account, ...about })
      },
      onDone: (record) => parking.finished(record),
      parkedCopy: (record) => parking.copyOf(record),
    })
  }

  return {
    source: createHandler('source'),
    parked: holdUnknownFormats(createHandler('parked'), {
      keyOf: createParkedKey(accounts, bindingOfTopic),
      instruments,
      stopping,
    }),
  }
}

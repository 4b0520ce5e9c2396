import { slotOf, type ConsentRecord } from '@imchannel/facts'

/** A record as one field of a customer's hash: `[slot, 'state|scope|since']`. */
export function encodeConsent(record: ConsentRecord): [slot: string, value: string] {
  const { state, scope, since } = record
  return [slotOf(record), `${state}|${scope}|${since}`]
}

const SOURCE = /^(whatsapp|blocklist|keyword|command)(?:\/(.*))?$/s
const VALUE = /^(optedOut|optedIn)\|(marketing|template|all)\|(\d+)$/

/** Undefined for what another version wrote. */
export function decodeConsent(slot: string, value: string): ConsentRecord | undefined {
  const [, source, template] = SOURCE.exec(slot) ?? []
  const [, state, scope, since] = VALUE.exec(value) ?? []
  if (source === undefined || state === undefined || scope === undefined) return undefined
  return {
    // `as`: the patterns have these words alone.
    source: source as ConsentRecord['source'],
    state: state as ConsentRecord['state'],
    scope: scope as ConsentRecord['scope'],
    since: Number(since),
    ...(template === undefined ? {} : { template }),
  }
}

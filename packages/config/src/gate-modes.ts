import type { GateMode } from '@imchannel/facts'
import type { z } from 'zod'
import type { gatesSchema } from './gates-schema.ts'

type Gates = Readonly<z.output<typeof gatesSchema>>

/** How each gate stands for one sender. */
export type GateModes = Readonly<Record<keyof Gates, GateMode>>

interface Gated {
  readonly gates?: Gates | undefined
}

const unlessSet: GateModes = { window: 'advise', consent: 'advise', template: 'advise', identity: 'advise' }

/** The nearest setting of each gate: the sender's, else its account's, else its tenant's. */
export function gateModes(tenant: Gated, account: Gated, sender: Gated): GateModes {
  return { ...unlessSet, ...tenant.gates, ...account.gates, ...sender.gates }
}

import { faultSchema, type Fault, type FaultInput } from './fault.ts'

/** Customers to whom something always happens: the number is the switch, no setting is needed. */
export interface MagicNumber {
  /** A number, or the prefix of a family: the digits after it choose the code. */
  number: string
  what: string
  family?: boolean
  /** The fault at the nth request or message for this number, counted from 1. */
  fault(nth: number, code: number): FaultInput | undefined
}

const once = (fault: FaultInput) => (nth: number) => (nth % 2 === 1 ? fault : undefined)
const always = (fault: FaultInput) => () => fault

export const magicNumbers: readonly MagicNumber[] = [
  {
    number: '15550000429',
    what: 'Every other request: 429 with Retry-After 1, nothing taken',
    fault: once({ action: 'throttle', retryAfterSeconds: 1 }),
  },
  {
    number: '15550000500',
    what: 'Every other request: 500, nothing taken',
    fault: once({ action: 'status', status: 500 }),
  },
  {
    number: '15550000501',
    what: 'Every other request: 500, but the message was taken',
    fault: once({ action: 'status', status: 500, taken: true }),
  },
  {
    number: '15550000502',
    what: 'Every other request: 502 with an HTML page, nothing taken',
    fault: once({ action: 'status', status: 502, body: 'html' }),
  },
  {
    number: '15550000503',
    what: 'Every other request: 503 with Retry-After 1, nothing taken',
    fault: once({ action: 'status', status: 503, retryAfterSeconds: 1 }),
  },
  {
    number: '15550000504',
    what: 'Every other request hangs for a minute; the message was taken',
    fault: once({ action: 'hang', forMs: 60_000 }),
  },
  {
    number: '15550000600',
    what: 'Every other request: taken, then the connection drops before the answer',
    fault: once({ action: 'drop' }),
  },
  {
    number: '15550000601',
    what: 'Every other request: the connection closes, nothing taken',
    fault: once({ action: 'refuse' }),
  },
  {
    number: '15550000602',
    what: 'Every other request: taken, answered 200 with a body that is not JSON',
    fault: once({ action: 'garbage' }),
  },
  {
    number: '15550000404',
    what: 'Always: 400, the scenario is unknown',
    fault: always({ action: 'unknown-scenario' }),
  },
  {
    number: '15550000701',
    what: 'Each of its webhooks comes three times',
    fault: always({ action: 'webhook-duplicate', copies: 2 }),
  },
  {
    number: '15550000702',
    what: 'Its webhooks come out of order: seen overtakes delivered',
    fault: always({ action: 'webhook-reorder' }),
  },
  {
    number: '15550000703',
    what: 'Its webhooks come a minute late',
    fault: always({ action: 'webhook-late', delayMs: 60_000 }),
  },
  { number: '15550000704', what: 'Its webhooks are lost', fault: always({ action: 'webhook-lose' }) },
  {
    number: '15550000800',
    what: 'Accepted, then no report ever',
    fault: always({ action: 'stay-pending' }),
  },
  { number: '15550000801', what: 'Accepted, then expired', fault: always({ action: 'expire' }) },
  {
    number: '1555001',
    family: true,
    what: '1555001 and four digits of a status id: 200 with that REJECTED status (15550010012: not enough credits)',
    fault: (_nth, code) => ({ action: 'reject', statusId: code }),
  },
  {
    number: '1555002',
    family: true,
    what: '1555002 and four digits of an error code: accepted, then the report fails with it (15550027010: no session; 15550027013: media)',
    fault: (_nth, code) => ({ action: 'fail', errorId: code }),
  },
]

/** What the number itself brings about, if anything. */
export function magicFault(customer: string, nth: number): Fault | undefined {
  for (const magic of magicNumbers) {
    if (
      magic.family === true ? !customer.startsWith(magic.number) || customer.length !== 11 : customer !== magic.number
    )
      continue
    const input = magic.fault(nth, Number(customer.slice(magic.number.length)))
    return input === undefined ? undefined : faultSchema.parse(input)
  }
  return undefined
}

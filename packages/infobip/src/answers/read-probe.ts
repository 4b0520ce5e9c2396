import type { ExchangeResult } from '../client/exchange.ts'
import { isForeignRefusal, isPage } from './foreign-answer.ts'

/** What a harmless read says of the account: `well` where Infobip itself answered and took the key. */
export type ProbeAnswer = 'well' | 'unreachable' | 'key-refused'

/** Reads the answer to any GET, `scenarios()` for one. A page or an error of something in between is no sign of life. Pure. */
export function readProbe(result: ExchangeResult): ProbeAnswer {
  if (result.kind !== 'response' || result.status >= 500 || isPage(result) || isForeignRefusal(result))
    return 'unreachable'
  return result.status === 401 || result.status === 403 ? 'key-refused' : 'well'
}

import type { SendMessage } from '@imchannel/events'
import { isBeyondAds, isComplete } from '@imchannel/facts'
import type { RequestDetails } from '@imchannel/ledger'
import { inForm } from './form-of.ts'
import type { FormName } from './gate-reading.ts'
import { needsWindow } from './needs-reading.ts'
import { windowAt, type JudgedMoment } from './window-at.ts'

export interface RequestMoment extends JudgedMoment {
  readonly command: SendMessage
  readonly form: FormName
}

type FactsAtRequest = Pick<RequestDetails, 'category' | 'window' | 'freeEntryPoint'>

/** What the price of a message depends on, as it is known when it is requested: later the customer has written, or the template moved. */
export function factsAtRequest(moment: RequestMoment): FactsAtRequest {
  const category = categoryAt(moment)
  return { ...(category === undefined ? {} : { category }), ...windowAndAds(moment) }
}

/** What is native may be a template as well. */
function categoryAt({ command, form, reading }: RequestMoment): FactsAtRequest['category'] {
  const { content } = inForm(command, form)
  if (needsWindow(content)) return 'service'
  const fact = reading?.templates[form]
  const category = fact?.kind === 'known' ? fact.template.definition?.category?.toLowerCase() : undefined
  return category === 'marketing' || category === 'utility' || category === 'authentication' ? category : undefined
}

/** Of one that goes later it is known only that its window is open by then: until then the customer may write. */
function windowAndAds(moment: RequestMoment): FactsAtRequest {
  const { window, time, goesAt } = windowAt(moment)
  if (goesAt > time) return window.state === 'open' ? { window: 'open' } : {}
  const { window: state, coverage } = moment.reading?.customer ?? {}
  const isBeyond = state !== undefined && isComplete(coverage, time) && isBeyondAds(state, time, coverage)
  return {
    ...(window.state === 'unknown' ? {} : { window: window.state }),
    ...(isBeyond ? { freeEntryPoint: 'no' as const } : {}),
  }
}

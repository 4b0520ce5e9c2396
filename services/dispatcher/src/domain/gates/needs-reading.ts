import type { GateModes } from '@imchannel/config'
import type { SendMessage } from '@imchannel/events'
import type { SenderBudgets } from './sender-budgets.ts'

/** What has to be read for the gates that are on: nothing where all are off. */
export interface Needs {
  readonly customer: boolean
  /** A closed window would be held against it: what may open it is waited for. */
  readonly settled: boolean
  readonly templates: boolean
  readonly budgets: boolean
}

export function needsOf(
  { content, fallback, maxCategory }: SendMessage,
  { gates: modes, budgets }: { readonly gates: GateModes; readonly budgets?: SenderBudgets | undefined },
): Needs {
  const hasTemplate = content.type === 'template' || fallback !== undefined
  const isOn = modes.template !== 'off' || modes.consent !== 'off' || modes.identity !== 'off'
  return {
    customer: modes.window !== 'off' || modes.consent !== 'off' || modes.identity !== 'off',
    settled: modes.window !== 'off' && needsWindow(content),
    templates: hasTemplate && (isOn || maxCategory !== undefined || budgets !== undefined),
    budgets: budgets !== undefined,
  }
}

/** Templates need no window; of what is native nobody here knows which it is. */
export function needsWindow({ type }: SendMessage['content']): boolean {
  return type !== 'template' && type !== 'native'
}

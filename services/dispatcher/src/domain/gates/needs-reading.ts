import type { GateModes } from '@imchannel/config'
import type { SendMessage } from '@imchannel/events'

/** What has to be read for the gates that are on: nothing where all are off. */
export interface Needs {
  readonly customer: boolean
  readonly templates: boolean
}

export function needsOf({ content, fallback, maxCategory }: SendMessage, modes: GateModes): Needs {
  const hasTemplate = content.type === 'template' || fallback !== undefined
  const isOn = modes.template !== 'off' || modes.consent !== 'off' || modes.identity !== 'off'
  return {
    customer: modes.window !== 'off' || modes.consent !== 'off',
    templates: hasTemplate && (isOn || maxCategory !== undefined),
  }
}

import type { CommandContent } from '@imchannel/events'

/** The function name of a send's log lines, as operators of the legacy system know it. */
export function logNameOf(type: CommandContent['type']): string {
  return type === 'text' ? 'sendMessage' : `sendWhatsApp${type.charAt(0).toUpperCase()}${type.slice(1)}Message`
}

import type { SendMessage } from '@imchannel/events'
import type { Known } from '../known.ts'
import type { FormName } from './gate-reading.ts'

/** The command in one of its forms: what is sent, whichever it is. */
export function inForm(command: SendMessage, form: FormName): SendMessage {
  return form === 'fallback' && command.fallback !== undefined ? { ...command, content: command.fallback } : command
}

/**
 * The form of a request that may have been taken: every later one has it too, or the customer could get both. `lost`: there may
 * have been such a request, and the ledger has forgotten which form it had. Undefined: none was taken, or none is known of yet.
 */
export function fixedForm({ look, open, judged }: Known, isSuspect: boolean): FormName | 'lost' | undefined {
  if (open?.isOwn === true) return open.form ?? 'content'
  if (judged !== undefined) return judged.form ?? 'content'
  const entry = look?.held.kind === 'entry' ? look.held.entry : undefined
  if (entry?.state !== 'sending' && entry?.state !== 'unknown') return undefined
  if (isSuspect) return 'lost'
  // An entry without the form is of a version, or a setting, that knows one form alone.
  return entry.request?.form ?? 'content'
}

import { cutReason } from '@imchannel/events'
import type { RequestErrorCode } from './request-errors.ts'

/** Why a command cannot be sent, found before any request. */
export interface RequestRefusal {
  code: RequestErrorCode
  /** A sentence that says where and what to change. */
  reason: string
  /** Where in the command: `content.buttons[1].title`. */
  path: string
}

export function refusal(code: RequestErrorCode, path: string, what: string): RequestRefusal {
  return { code, path, reason: cutReason(`${path}: ${what}`) }
}

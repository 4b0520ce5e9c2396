import { html, nothing } from '../lit.js'
import { announce } from '../announce.js'
import { icon } from './icons.js'

/** An id that a press copies. */
export function copyable(text, what) {
  if (text === undefined || text === null || text === '') return nothing
  return html`<button
    type="button"
    class="copy"
    title="Copy the ${what}"
    aria-label="Copy the ${what} ${text}"
    @click=${async (event) => {
      event.stopPropagation()
      // Only a page of https or of this machine has the clipboard.
      await navigator.clipboard?.writeText(text)
      announce(
        navigator.clipboard === undefined ? 'This page may not copy: it was not got by https' : `Copied: ${what}`,
      )
    }}
  >
    <span>${text}</span>${icon('copy')}
  </button>`
}

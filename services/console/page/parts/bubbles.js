import { html, nothing } from '../lit.js'
import { hrefOf } from '../router.js'
import { dayOf, timeOf } from './format.js'
import { icon, ticks } from './icons.js'

/** The messages as a phone draws them; each is a link to its chain. */
export function bubbles({ messages, chosen, id, older }) {
  let day
  return html`<div class="messages">
    ${
      older === undefined
        ? nothing
        : html`<p class="older"><button class="button small" type="button" @click=${older}>Older messages</button></p>`
    }
    <ol>
      ${messages.map((message) => {
        const isNewDay = dayOf(message.at) !== day
        day = dayOf(message.at)
        return html`${isNewDay ? html`<li class="day">${day}</li>` : nothing}${bubble(message, message === chosen, id)}`
      })}
    </ol>
  </div>`
}

function bubble(message, isChosen, id) {
  const { direction, type, text, template, problem, at } = message
  const href = hrefOf('conversations', [id, message.id])
  if (direction === 'note')
    return html`<li class="message note">
      <a class="bubble-note" data-row href=${href} aria-current=${isChosen ? 'true' : 'false'}
        >${text ?? type} · ${timeOf(at)}</a
      >
    </li>`
  const kind = [type === 'text' ? undefined : type, template].filter(Boolean).join(' · ')
  return html`<li class=${direction === 'out' ? 'message out' : 'message'}>
    <a class="bubble" data-row href=${href} aria-current=${isChosen ? 'true' : 'false'}>
      <span class="unseen">${direction === 'out' ? 'Business' : 'Customer'}:</span>
      ${kind === '' ? nothing : html`<span class="bubble-kind">${icon('file')}${kind}</span>`}
      ${
        text === undefined
          ? kind === ''
            ? html`<span class="bubble-kind">What it said is no longer in Kafka</span>`
            : nothing
          : html`<span class="bubble-text">${text}</span>`
      }
      ${
        problem === undefined
          ? nothing
          : html`<span class="bubble-failure">${icon('alert')}<span>${problem.code}</span></span>`
      }
      <span class="bubble-meta">${price(message)}<time datetime=${at}>${timeOf(at)}</time>${mark(message)}</span>
    </a>
  </li>`
}

const price = ({ price }) =>
  price === undefined || Number(price.amount) === 0
    ? nothing
    : html`<span>${price.amount} ${price.currency ?? ''}</span>`

/** How far a message sent has come, as ticks and in words. */
function mark({ direction, state }) {
  if (direction === 'in') return nothing
  const words = html`<span class="unseen">, ${state}</span>`
  if (['accepted', 'sent', 'delivered', 'seen'].includes(state)) return html`${ticks(state)}${words}`
  const isFailure = ['failed', 'rejected', 'expired'].includes(state)
  return html`<span class=${isFailure ? 'mark failed' : 'mark'}>${icon(isFailure ? 'alert' : 'clock')}</span>${words}`
}

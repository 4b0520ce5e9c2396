import { html, nothing } from '../lit.js'
import { post } from '../api.js'
import { empty } from '../parts/empty.js'
import { plural, shortOf } from '../parts/format.js'
import { moreButton } from '../parts/more.js'
import { hrefOf } from '../router.js'

const ask = (app, before) =>
  post('/search', { query: app.searched?.query ?? '', ...(before === undefined ? {} : { before }) })

export const conversations = {
  title: 'Conversations',
  load: (app) => ask(app),
  isTouchedBy: (change) => change.conversations.length > 0,
  render(app, data) {
    const { searched } = app
    return html`<div class="page-head">
        <h1>${searched === undefined ? 'Latest conversations' : 'Found'}</h1>
        ${
          searched === undefined
            ? nothing
            : html`<button
                class="button"
                type="button"
                data-escape
                @click=${() => {
                  app.searched = undefined
                  void app.reload()
                }}
              >
                Show the latest instead
              </button>`
        }
      </div>
      ${
        data.conversations.length === 0
          ? nothingFound(searched)
          : html`<div class="panel">
              <ul class="rows">
                ${data.conversations.map(row)}
              </ul>
              ${moreButton(app, data, 'conversations', (before) => ask(app, before))}
            </div>`
      }`
  },
}

function nothingFound(searched) {
  if (searched === undefined)
    return empty(
      'Nobody has written yet',
      'What customers write and what bots send stands here, one row for each customer and number.',
      'In the demo, write something on the emulator’s phone page.',
    )
  return empty(
    'Nothing is known of that',
    'A number counts in any spelling, ids only whole and to the letter: a messageId of Infobip, or the id of a command.',
    'What is older than the retention, or than what Kafka keeps, is gone.',
  )
}

const row = ({ id, message, tenant, business, customer, lastAt, records, matched }) =>
  html`<li>
    <a class="row" data-row href=${hrefOf('conversations', [id, ...(message === undefined ? [] : [message])])}>
      <span>
        <strong>${customer ?? 'Unknown customer'}</strong>
        <p>with ${business ?? 'an unknown number'} · ${tenant}</p>
      </span>
      <span class="row-side">
        ${
          matched === 'messageId' || matched === 'commandId'
            ? html`<span class="tag good">the ${matched === 'messageId' ? 'message' : 'command'}</span>`
            : nothing
        }
        <span class="muted small">${plural(records, 'record')}</span>
        <time class="muted small" datetime=${lastAt}>${shortOf(lastAt)}</time>
      </span>
    </a>
  </li>`

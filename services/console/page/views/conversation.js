import { html, nothing } from '../lit.js'
import { get, post, query } from '../api.js'
import { confirm } from '../dialog.js'
import { bubbles } from '../parts/bubbles.js'
import { consent } from '../parts/consent.js'
import { chainOf } from '../parts/chain.js'
import { shortOf } from '../parts/format.js'
import { icon } from '../parts/icons.js'
import { hrefOf } from '../router.js'

const tokenOf = (app, id) => {
  const revealed = app.reveals.get(id)
  return revealed !== undefined && Date.parse(revealed.expiresAt) > Date.now() ? revealed.token : undefined
}

const ask = (app, id, before) =>
  get(`/conversations/${encodeURIComponent(id)}${query({ before })}`, { reveal: tokenOf(app, id) })

/** What the dispatcher knows; nothing while Redis is away. */
const knownOf = (id) => get(`/conversations/${encodeURIComponent(id)}/facts`).catch(() => undefined)

/** The phone on one side, the chain of the message that is chosen on the other. */
export const conversation = {
  title: 'Conversation',
  async load(app, { rest: [id] }) {
    const [latest, known] = await Promise.all([ask(app, id), knownOf(id)])
    return { ...withOlder(app.data, latest), known }
  },
  isTouchedBy: ({ conversations }, { rest: [id] }) => conversations.includes(id),
  rendered: (route) => bringIntoSight(route),
  render(app, data, { rest: [id, asked] }) {
    const { messages } = data
    const chosen = messages.find((message) => message.id === asked) ?? messages.at(-1)
    return html`<p class="back"><a data-escape href=${hrefOf('conversations')}>← Conversations</a></p>
      <div class="conversation">
        <section class="phone" aria-label="Conversation">
          ${head(app, data, id)} ${facts(app, data, id)}
          ${
            messages.length === 0
              ? html`<p class="muted messages">Nothing of it is left.</p>`
              : bubbles({ messages, chosen, id, older: older(app, data, id) })
          }
          <p class="phone-foot">As the business sees it: what was sent is on the right. Nothing is written here.</p>
        </section>
        ${chosen === undefined ? nothing : chainOf(app, chosen, tokenOf(app, id))}
      </div>`
  },
}

/** The latest messages, with the older ones that were got before and are under the same mask. */
function withOlder(shown, latest) {
  const isSame = shown?.conversation?.id === latest.conversation.id && shown.masked === latest.masked
  const ids = new Set(latest.messages.map(({ id }) => id))
  const [first] = latest.messages
  const older = isSame ? shown.messages.filter(({ id, at }) => !ids.has(id) && at <= first.at) : []
  return older.length === 0 ? latest : { ...latest, messages: [...older, ...latest.messages], before: shown.before }
}

/** Brings what is chosen into the sight of the phone, once for each choice. */
let inSight
function bringIntoSight({ rest }) {
  const bubble = document.querySelector('.messages [aria-current="true"]')
  const place = bubble?.closest('.messages')
  if (inSight === rest.join() || place === null || place === undefined) return
  inSight = rest.join()
  const { offsetTop, offsetHeight } = bubble
  const isSeen = offsetTop >= place.scrollTop && offsetTop + offsetHeight <= place.scrollTop + place.clientHeight
  if (!isSeen) place.scrollTop = offsetTop - place.clientHeight / 2
}

function head(app, { conversation, masked, mayReveal }, id) {
  const { customer, business, tenant } = conversation
  const { emulator } = app.session.links
  return html`<div class="phone-head">
    <span class="avatar" aria-hidden="true">${icon('person')}</span>
    <div>
      <h1>${customer ?? 'Unknown customer'}</h1>
      <p>with ${business ?? 'an unknown number'} · ${tenant}</p>
    </div>
    ${
      emulator === undefined
        ? nothing
        : html`<a class="button small" target="_blank" rel="noopener" href=${phoneOf(emulator, conversation, masked)}
            >Phone</a
          >`
    }
    <a
      class="button small"
      href=${`/v1/conversations/${encodeURIComponent(id)}/scenario`}
      download="conversation.json"
      title="The conversation, masked, as a file that the emulator plays: for a bug report"
      >Scenario</a
    >
    ${
      masked && mayReveal
        ? html`<button class="button small" type="button" @click=${() => void reveal(app, id)}>
            ${icon('eye')} Reveal
          </button>`
        : nothing
    }
  </div>`
}

/** The same conversation on the emulator’s page, whose address names both numbers: only where they may be seen. */
const phoneOf = (emulator, { business, customer }, masked) =>
  masked || business === undefined || customer === undefined
    ? emulator
    : new URL(`#${business}:${customer}`, emulator).href

async function reveal(app, id) {
  const agreed = await confirm({
    title: 'Show numbers and texts?',
    body: html`<p>Of this conversation, to you, for 15 minutes. The audit keeps that you did.</p>`,
    action: 'Show them',
  })
  if (!agreed) return
  try {
    app.reveals.set(id, await post(`/conversations/${encodeURIComponent(id)}/reveal`))
    await app.reload()
  } catch (error) {
    app.error = error
    app.update()
  }
}

const WINDOWS = { open: ['good', 'Window open'], closed: ['warn', 'Window closed'], unknown: ['', 'Window unknown'] }

function facts(app, { window, known, masked }, id) {
  const { state, closesAt } = known?.window ?? window
  const [tone, words] = WINDOWS[state]
  return html`<div class="phone-facts">
    <span class="tag ${tone}"
      >${words}${closesAt === undefined ? '' : state === 'open' ? ` until ${shortOf(closesAt)}` : ` since ${shortOf(closesAt)}`}</span
    >
    ${consent(app, id, known)} ${masked ? html`<span class="tag">Masked</span>` : nothing}
  </div>`
}

/** Gets older messages and puts them before what is shown. */
function older(app, data, id) {
  if (data.before === undefined) return undefined
  return async () => {
    try {
      const more = await ask(app, id, data.before)
      data.messages = [...more.messages, ...data.messages]
      data.before = more.before
    } catch (error) {
      app.error = error
    }
    app.update()
  }
}

import { html, nothing } from '../lit.js'
import { post } from '../api.js'
import { copyable } from '../parts/copy.js'
import { shortOf } from '../parts/format.js'
import { hrefOf } from '../router.js'

/** What was made last; gone with the page, since nothing keeps it. */
let made

/** Access for a program, or for a tenant's own people: less than one's own, for a while. */
export const access = {
  title: 'Access',
  load: async () => ({}),
  isTouchedBy: () => false,
  render(app) {
    const { tenants } = app.session
    return html`<div class="page-head"><h1>Let somebody in</h1></div>
      <div class="panel">
        <p>
          A link to this page, and a token for <code>imchannel</code> and other programs. Whoever has it does what it
          says in your name, and no more than you may; the audit keeps that you made it. It ends when its time is over,
          when you lose the role${app.session.auth === 'basic' ? ' or change your password' : ''}, or when its holder
          logs out.
        </p>
        <form class="login" @submit=${(event) => void make(app, event)}>
          <label class="field">For whom or what <input name="for" required maxlength="60" autocomplete="off" /></label>
          <label class="field"
            >Role
            <select name="role">
              ${roles(tenants).map((role) => html`<option value=${role}>${role}</option>`)}
            </select></label
          >
          <label class="field"
            >Tenant
            <select name="tenant">
              ${tenants.map(({ id }) => html`<option value=${id}>${id}</option>`)}
            </select></label
          >
          <label class="field">Hours <input name="hours" type="number" min="1" max="720" value="24" required /></label>
          <button class="button primary" type="submit">Make it</button>
        </form>
        ${made === undefined ? nothing : result(made)}
      </div>`
  },
}

const RANKS = ['viewer', 'operator', 'admin']

function roles(tenants) {
  const highest = Math.max(0, ...tenants.map(({ role }) => RANKS.indexOf(role)))
  return RANKS.slice(0, highest + 1)
}

const result = ({ token, expiresAt, who }) =>
  html`<dl class="facts" role="status">
    <dt>For ${who}</dt>
    <dd>until ${shortOf(expiresAt)}. Shown now, and never again.</dd>
    <dt>Link</dt>
    <dd>${copyable(new URL(hrefOf('link', [token]), location.href).href, 'link')}</dd>
    <dt>Token</dt>
    <dd>${copyable(token, 'token')}</dd>
  </dl>`

async function make(app, event) {
  event.preventDefault()
  const { elements } = event.target
  const who = elements.for.value
  try {
    const body = {
      for: who,
      role: elements.role.value,
      tenants: [elements.tenant.value],
      hours: Number(elements.hours.value),
    }
    made = { ...(await post('/access', body)), who }
    app.error = undefined
  } catch (error) {
    app.error = error
  }
  app.update()
}

import { html, nothing } from './lit.js'
import { post } from './api.js'
import { icon } from './parts/icons.js'
import { countOf, spanOf } from './parts/format.js'
import { hrefOf } from './router.js'
import { search } from './views/search.js'
import { navigation, viewOf } from './views/views.js'

/** What is around every view: search, navigation, what everybody should know. */
export function frame(app) {
  const { session, route, error } = app
  const view = viewOf(route)
  return html`
    <a class="skip" href="#main" @click=${toMain}>Skip to the content</a>
    <div>
      <header class="top">
        <a class="brand" href=${hrefOf('overview')}><span class="logo" aria-hidden="true"></span>IMChannel console</a>
        ${session === undefined ? nothing : searchField(app)} ${session === undefined ? nothing : who(app)}
      </header>
      ${
        session === undefined
          ? nothing
          : html`<nav class="nav" aria-label="Pages">
              ${navigation(session).map(
                ([name, { title }]) =>
                  html`<a href=${hrefOf(name)} aria-current=${view.page === name ? 'page' : 'false'}>${title}</a>`,
              )}
            </nav>`
      }
    </div>
    <div>${session === undefined ? nothing : progress(session.progress)} ${problem(error)}</div>
    <main id="main" tabindex="-1" aria-busy=${app.data === undefined && error === undefined}>
      ${
        app.data === undefined
          ? error === undefined
            ? html`<p class="muted" role="status">Reading …</p>`
            : nothing
          : view.render(app, app.data, route)
      }
    </main>
    <p id="said" role="status"></p>
  `
}

function toMain(event) {
  event.preventDefault()
  document.querySelector('main').focus()
}

function searchField(app) {
  return html`<form
    class="search"
    role="search"
    @submit=${(event) => {
      event.preventDefault()
      void search(app, event.target.elements.query.value)
    }}
  >
    ${icon('search')}
    <input
      id="query"
      name="query"
      type="search"
      autocomplete="off"
      spellcheck="false"
      aria-label="Search: a number, a message id or a command id"
      placeholder="Paste a number, a message id or a command id"
    />
    <kbd aria-hidden="true">/</kbd>
  </form>`
}

function who({ session, isLive }) {
  const { user, auth } = session
  return html`<div class="who">
    <span class=${isLive ? 'live on' : 'live'} role="status">${isLive ? 'Live' : 'Not live'}</span>
    ${auth === 'none' ? nothing : html`<span>${user}</span>`}
    ${
      ['basic', 'oidc'].includes(auth)
        ? html`<button class="button small" type="button" @click=${leave}>Log out</button>`
        : nothing
    }
  </div>`
}

async function leave() {
  await post('/logout').catch(() => undefined)
  location.reload()
}

function progress({ reading, behind, records, readPerSecond, remainingSeconds, missingTopics }) {
  const missing =
    missingTopics.length === 0
      ? nothing
      : html`<div class="banner" role="status">
          Not to be read, so what they tell is missing here: ${missingTopics.join(', ')}
        </div>`
  if (!reading || behind === 0) return missing
  const speed = `${countOf(Math.round(readPerSecond))} a second`
  const rest = remainingSeconds === undefined ? speed : `${speed}, about ${spanOf(remainingSeconds * 1_000)} more`
  return html`<div class="banner" role="status">
      <strong>Reading Kafka:</strong> ${countOf(records)} records, ${countOf(behind)} to go (${rest}). What is not read
      yet is missing here.
      <progress max=${records + behind || 1} value=${records} aria-label="Read so far"></progress>
    </div>
    ${missing}`
}

const problem = (error) =>
  error === undefined ? nothing : html`<div class="banner bad" role="alert">${error.message}</div>`

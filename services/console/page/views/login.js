import { html, nothing } from '../lit.js'
import { post } from '../api.js'

/** Name and password where the console itself knows them, else the way to who does. */
export function login(app) {
  const { auth, loginUrl } = app.session
  const way = { basic: byPassword(app), oidc: byProvider(loginUrl), proxy: byProxy() }[auth]
  return html`<main class="panel login" id="main" tabindex="-1">
    <span class="brand"><span class="logo" aria-hidden="true"></span>IMChannel console</span>
    <h1 class="unseen">Log in</h1>
    ${app.error === undefined ? nothing : html`<p class="problem" role="alert">${app.error.message}</p>`} ${way}
  </main>`
}

function byPassword(app) {
  const submit = async (event) => {
    event.preventDefault()
    const { name, password } = event.target.elements
    try {
      await post('/login', { name: name.value, password: password.value })
      app.error = undefined
      await app.signIn()
    } catch (error) {
      app.error = error
      password.value = ''
      password.focus()
      app.update()
    }
  }
  return html`<form class="login" @submit=${submit}>
    <label class="field">Name <input name="name" autocomplete="username" required /></label>
    <label class="field"
      >Password <input name="password" type="password" autocomplete="current-password" required
    /></label>
    <button class="button primary">Log in</button>
  </form>`
}

const byProvider = (loginUrl) =>
  html`<p>Your organisation’s login tells this console who you are.</p>
    <a class="button primary" href=${loginUrl}>Log in</a>`

const byProxy = () =>
  html`<p>
    This console takes your name from the server before it, which gave none. Open it by that server’s address, or ask
    who runs it.
  </p>`

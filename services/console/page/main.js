import { render } from './lit.js'
import { get, post, setCsrfToken } from './api.js'
import { frame } from './frame.js'
import { listenToKeys } from './keys.js'
import { listenToChanges } from './live.js'
import { readRoute } from './router.js'
import { login } from './views/login.js'
import { viewOf } from './views/views.js'

/** How often a console that is away is asked whether it is back. */
const AGAIN_MS = 2_000

/** All that the page knows. Views read it, and ask for a new picture by `update`. */
const app = {
  session: undefined,
  route: readRoute(),
  /** What the view's `load` gave, for the route that it gave it for. */
  data: undefined,
  error: undefined,
  isLive: false,
  /** Tokens of what was revealed, by conversation: gone with the page. */
  reveals: new Map(),
  update,
  reload,
  signIn,
}

let drawing = false
/** Many changes in one frame are one drawing. */
function update() {
  if (drawing) return
  drawing = true
  requestAnimationFrame(() => {
    drawing = false
    const needsLogin = app.session !== undefined && app.session.user === undefined
    render(needsLogin ? login(app) : frame(app), document.querySelector('#app'))
    showWhere()
    if (!needsLogin && app.data !== undefined) viewOf(app.route).rendered?.(app.route)
    document.title = needsLogin ? 'Log in · IMChannel console' : `${viewOf(app.route).title} · IMChannel console`
  })
}

async function signIn() {
  try {
    const refused = await enterByLink()
    app.session = await get('/session')
    app.error = refused
    setCsrfToken(app.session.csrfToken)
  } catch (error) {
    app.error = error
    setTimeout(() => void signIn(), AGAIN_MS)
    return update()
  }
  if (app.session.user === undefined) return update()
  live.start()
  await reload()
}

/** An address that somebody was given is taken for a session, and out of the history. Gives why where it is over. */
async function enterByLink() {
  const { name, rest } = app.route
  if (name !== 'link') return undefined
  history.replaceState(undefined, '', '#/')
  app.route = readRoute()
  try {
    await post('/login/link', { token: rest[0] ?? '' })
  } catch (error) {
    if (error.status === 0) throw error
    return error
  }
  return undefined
}

let asked = 0
/** Gets anew what the page shows; an answer that comes after another was asked for is passed over. */
async function reload() {
  const { route } = app
  const mine = ++asked
  const shows = (change) => {
    if (mine === asked) Object.assign(app, change)
  }
  try {
    shows({ data: await viewOf(route).load(app, route), error: undefined })
  } catch (error) {
    if (error.status === 401) return signIn()
    shows({ error })
  }
  update()
}

const live = listenToChanges({
  onState: (isLive) => {
    const isBack = isLive && !app.isLive && app.error !== undefined
    app.isLive = isLive
    if (isBack) void reload()
    update()
  },
  onProgress: (progress) => {
    const isRead = app.session.progress.reading && !progress.reading
    app.session = { ...app.session, progress }
    if (isRead) void reload()
    update()
  },
  onChange: (change) => {
    if (viewOf(app.route).isTouchedBy(change, app.route)) void reload()
  },
})

/** The navigation is wider than a narrow screen. */
function showWhere() {
  document.querySelector('.nav [aria-current="page"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

addEventListener('hashchange', () => {
  if (readRoute().name === 'link') return location.reload()
  const before = app.route
  app.route = readRoute()
  const isSamePage = before.name === app.route.name && before.rest[0] === app.route.rest[0]
  if (!isSamePage) {
    app.data = undefined
    app.error = undefined
    scrollTo(0, 0)
  }
  update()
  if (app.session?.user !== undefined) void reload()
  if (!isSamePage) document.querySelector('main')?.focus({ preventScroll: true })
  // On a narrow screen the chain stands below the phone.
  else if (matchMedia('(max-width: 959px)').matches) document.querySelector('#chain')?.scrollIntoView()
})

listenToKeys()
update()
await signIn()

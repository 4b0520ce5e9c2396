/** What the API refused, as it said it. */
export class Refused extends Error {
  constructor(status, { title, detail, code } = {}) {
    super([title, detail].filter(Boolean).join(': ') || `The console answered ${status}`)
    this.name = 'Refused'
    this.status = status
    this.code = code
  }
}

let csrfToken

/** The session's token, which every change has to carry. */
export function setCsrfToken(token) {
  csrfToken = token
}

async function ask(path, { method = 'GET', body, reveal } = {}) {
  const headers = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (csrfToken !== undefined && method !== 'GET') headers['x-csrf-token'] = csrfToken
  if (reveal !== undefined) headers['x-reveal'] = reveal
  const response = await fetch(`/v1${path}`, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch(() => {
    throw new Refused(0, { title: 'The console does not answer; this page tries again by itself' })
  })
  const answer = parsed(await response.text())
  if (!response.ok) throw new Refused(response.status, answer)
  return answer
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const get = (path, { reveal } = {}) => ask(path, { reveal })
export const post = (path, body = {}) => ask(path, { method: 'POST', body })

/** A query of what is set. */
export function query(values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

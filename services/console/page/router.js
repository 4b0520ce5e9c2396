/** The address after `#/`: a page's name, what it is about, and a filter. Never a number or a text of a customer: ids are opaque. */
export function readRoute() {
  const [path, search = ''] = location.hash.replace(/^#\/?/, '').split('?')
  const [name = '', ...rest] = path.split('/').map(decodeURIComponent)
  return { name: name === '' ? 'overview' : name, rest, filter: Object.fromEntries(new URLSearchParams(search)) }
}

export function hrefOf(name, rest = [], filter = {}) {
  const path = [name, ...rest].map(encodeURIComponent).join('/')
  const given = Object.entries(filter).filter(([, value]) => value !== undefined && value !== '')
  return `#/${path}${given.length === 0 ? '' : `?${new URLSearchParams(given)}`}`
}

export function go(name, rest, filter) {
  location.hash = hrefOf(name, rest, filter)
}

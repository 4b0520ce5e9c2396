/** `/` to the search, arrows among rows, Enter opens (the browser does that), Escape closes or goes back. */
export function listenToKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    const { activeElement } = document
    const isWriting = /^(INPUT|SELECT|TEXTAREA)$/.test(activeElement?.tagName ?? '')
    if (document.querySelector('dialog[open]') !== null) return
    if (event.key === '/' && !isWriting) {
      event.preventDefault()
      document.querySelector('#query')?.focus()
    } else if (event.key === 'Escape') leave(activeElement)
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(event, activeElement)
  })
}

function leave(activeElement) {
  if (activeElement?.id === 'query') activeElement.blur()
  else document.querySelector('[data-escape]')?.click()
}

/** From row to row; from the search down to the first. */
function move(event, activeElement) {
  const rows = [...document.querySelectorAll('[data-row]')]
  const at = rows.indexOf(activeElement)
  const isInSearch = activeElement?.id === 'query' && event.key === 'ArrowDown'
  const isElsewhere = activeElement !== document.body && activeElement?.tagName !== 'MAIN'
  if (rows.length === 0 || (at < 0 && !isInSearch && isElsewhere)) return
  event.preventDefault()
  const next = at < 0 ? 0 : at + (event.key === 'ArrowDown' ? 1 : -1)
  rows[Math.min(Math.max(next, 0), rows.length - 1)]?.focus()
}

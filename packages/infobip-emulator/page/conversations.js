import { append, h, icon, iconButton, ticks } from './dom.js'
import { hue, initials, nameOf, shortTime, shownNumber } from './format.js'

const ROW_HEIGHT = 68
const MARGIN_ROWS = 6

const rowId = (index) => `row-${index}`

/** The list on the left: thousands of rows, of which only those in sight are there. */
export function createConversationList(model, { onOpen, onBeside, onNew }) {
  let rows = []
  let active = -1
  let open = new Set()
  let term = ''

  const spacer = h('div', { class: 'rows', role: 'presentation' })
  const list = h(
    'div',
    {
      class: 'conversation-list',
      role: 'listbox',
      tabindex: '0',
      'aria-label': 'Conversations',
      onscroll: draw,
      onkeydown: onKey,
    },
    spacer,
  )
  const search = h('input', {
    type: 'search',
    placeholder: 'Search customers',
    'aria-label': 'Search customers',
    oninput: () => {
      term = search.value.trim().toLowerCase()
      refresh()
    },
  })
  const count = h('p', { class: 'count', role: 'status' })
  const element = h(
    'nav',
    { class: 'conversations', 'aria-label': 'Customers' },
    h('div', { class: 'search' }, icon('search'), search, iconButton('plus', 'New customer', onNew)),
    list,
    count,
  )

  function refresh() {
    const kept = active >= 0 ? rows[active]?.key : undefined
    rows = [...model.conversations.values()]
      .filter(({ customer }) => term === '' || `${nameOf(customer)} ${customer.id}`.toLowerCase().includes(term))
      .toSorted((a, b) => (b.last.seq ?? 0) - (a.last.seq ?? 0) || b.last.at - a.last.at)
    active = rows.findIndex((row) => row.key === kept)
    spacer.style.height = `${rows.length * ROW_HEIGHT}px`
    const word = rows.length === 1 ? 'conversation' : 'conversations'
    count.textContent = rows.length === 0 && term === '' ? 'No conversation yet' : `${rows.length} ${word}`
    draw()
  }

  function draw() {
    const first = Math.max(0, Math.floor(list.scrollTop / ROW_HEIGHT) - MARGIN_ROWS)
    const seen = Math.ceil((list.clientHeight || 600) / ROW_HEIGHT) + 2 * MARGIN_ROWS
    const shown = rows.slice(first, first + seen)
    spacer.replaceChildren(...shown.map((row, i) => rowOf(row, first + i)))
    const id = active >= 0 ? rowId(active) : ''
    if (id !== '' && spacer.querySelector(`#${id}`)) list.setAttribute('aria-activedescendant', id)
    else list.removeAttribute('aria-activedescendant')
  }

  function rowOf(row, index) {
    const { customer, last, unread, key } = row
    const name = nameOf(customer)
    const element = h(
      'div',
      {
        id: rowId(index),
        class: `row${open.has(key) ? ' open' : ''}${index === active ? ' active' : ''}`,
        role: 'option',
        'aria-selected': String(open.has(key)),
        'aria-setsize': String(rows.length),
        'aria-posinset': String(index + 1),
        onclick: (event) => {
          active = index
          if (event.ctrlKey || event.metaKey || event.shiftKey) onBeside(row)
          else onOpen(row)
        },
      },
      h('span', { class: `avatar hue-${hue(customer.id)}`, 'aria-hidden': 'true' }, initials(name)),
      h(
        'span',
        { class: 'row-text' },
        h(
          'span',
          { class: 'row-top' },
          h('span', { class: 'row-name' }, name),
          h('time', {}, shortTime(last.at, model.now())),
        ),
        append(h('span', { class: 'row-bottom' }), [
          last.direction === 'from-customer' && h('span', { class: 'row-tick' }, ticks(last.takenAt !== undefined)),
          h('span', { class: 'row-preview' }, last.preview),
          unread > 0 &&
            !open.has(key) &&
            h('span', { class: 'badge', 'aria-label': `${unread} unread` }, String(unread)),
        ]),
        model.senders().length > 1 && h('span', { class: 'row-sender' }, `with ${model.senderName(row.sender)}`),
      ),
    )
    element.style.top = `${index * ROW_HEIGHT}px`
    element.title = shownNumber(customer)
    return element
  }

  function onKey(event) {
    const last = rows.length - 1
    const moves = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      Home: 0,
      End: last,
      PageDown: active + 8,
      PageUp: active - 8,
    }
    if (event.key in moves) {
      event.preventDefault()
      active = Math.max(0, Math.min(last, moves[event.key]))
      const top = active * ROW_HEIGHT
      if (top < list.scrollTop) list.scrollTop = top
      if (top + ROW_HEIGHT > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW_HEIGHT - list.clientHeight
      draw()
    } else if ((event.key === 'Enter' || event.key === ' ') && rows[active]) {
      event.preventDefault()
      if (event.ctrlKey || event.shiftKey) onBeside(rows[active])
      else onOpen(rows[active])
    }
  }

  new ResizeObserver(draw).observe(list)
  return {
    element,
    refresh,
    focusSearch: () => search.focus(),
    setOpen(keys) {
      open = new Set(keys)
      draw()
    },
  }
}

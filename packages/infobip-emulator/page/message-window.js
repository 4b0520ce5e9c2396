import { h, icon } from './dom.js'
import { dayOf, isSameDay } from './format.js'

/** So many bubbles are in the document at most, however long the conversation is. */
const MAX_SHOWN = 120
const STEP = 40
const NEAR_PX = 600
const PAGE = 100

/**
 * A conversation of any length: a window of bubbles slides over what is loaded, and earlier pages are fetched when they are
 * needed. To show one more message costs the same at 100 and at 10,000.
 */
export function createMessageWindow({ fetchPage, render, label }) {
  let loaded = []
  let earlier = 0
  /** What is shown: loaded[start..end). */
  let start = 0
  let end = 0
  let busy = false
  const byId = new Map()

  const inner = h('div', { class: 'messages-inner' })
  const latest = h(
    'button',
    {
      type: 'button',
      class: 'to-latest',
      hidden: true,
      'aria-label': 'To the latest message',
      onclick: () => toLatest(),
    },
    icon('down'),
  )
  const scroller = h(
    'div',
    { class: 'messages', role: 'log', 'aria-label': label, tabindex: '0', onscroll: onScroll, onkeydown: onKey },
    inner,
  )
  const element = h('div', { class: 'messages-frame' }, scroller, latest)

  /** Whether the end is looked at: then it stays in sight when a picture comes in. */
  let stuck = true
  new ResizeObserver(() => {
    if (stuck && atTail()) scroller.scrollTop = scroller.scrollHeight
  }).observe(inner)

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80
  const atTail = () => end === loaded.length

  async function open() {
    const page = await fetchPage({ limit: PAGE })
    loaded = page.messages
    earlier = page.earlier
    byId.clear()
    for (const message of loaded) byId.set(message.id, message)
    start = Math.max(0, loaded.length - MAX_SHOWN)
    end = loaded.length
    redraw()
    scroller.scrollTop = scroller.scrollHeight
    onScroll()
  }

  function nodeOf(index) {
    const message = loaded[index]
    const before = loaded[index - 1]
    const node = render(message)
    const newDay = before === undefined || !isSameDay(before.at, message.at)
    if (newDay) node.prepend(h('p', { class: 'day' }, h('span', {}, dayOf(message.at))))
    if (before !== undefined && !newDay && before.direction === message.direction) node.classList.add('follows')
    return node
  }

  const nodes = (from, to) => Array.from({ length: to - from }, (_, i) => nodeOf(from + i))

  function redraw() {
    inner.replaceChildren(...nodes(start, end))
  }

  /** Changes what is shown without moving what is looked at. */
  function keepingPlace(change) {
    const anchor = [...inner.children].find((node) => node.offsetTop + node.offsetHeight > scroller.scrollTop)
    const before = anchor?.offsetTop ?? 0
    change()
    if (anchor?.isConnected) scroller.scrollTop += anchor.offsetTop - before
  }

  async function showEarlier() {
    if (busy) return
    busy = true
    try {
      if (start === 0 && earlier > 0) {
        const page = await fetchPage({ limit: PAGE, before: loaded[0]?.seq })
        for (const message of page.messages) byId.set(message.id, message)
        loaded = [...page.messages, ...loaded]
        start += page.messages.length
        end += page.messages.length
        earlier = page.earlier
      }
      const from = Math.max(0, start - STEP)
      keepingPlace(() => {
        inner.prepend(...nodes(from, start))
        start = from
        trimEnd()
      })
    } finally {
      busy = false
    }
  }

  function showLater() {
    const to = Math.min(loaded.length, end + STEP)
    keepingPlace(() => {
      inner.append(...nodes(end, to))
      end = to
      trimStart()
    })
  }

  function trimEnd() {
    for (; end - start > MAX_SHOWN; end--) inner.lastElementChild?.remove()
  }

  function trimStart() {
    for (; end - start > MAX_SHOWN; start++) inner.firstElementChild?.remove()
  }

  function onScroll() {
    stuck = atTail() && atEnd()
    latest.hidden = stuck
    if (scroller.scrollTop < NEAR_PX && (start > 0 || earlier > 0)) void showEarlier()
    else if (!atTail() && scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX) showLater()
  }

  function toLatest() {
    if (!atTail()) {
      end = loaded.length
      start = Math.max(0, end - MAX_SHOWN)
      redraw()
    }
    scroller.scrollTop = scroller.scrollHeight
    onScroll()
  }

  /** A message is new, or has changed. */
  function put(message) {
    const known = byId.get(message.id)
    if (known !== undefined) {
      const index = loaded.indexOf(known)
      loaded[index] = message
      byId.set(message.id, message)
      if (index >= start && index < end) {
        const follow = atEnd()
        inner.children[index - start]?.replaceWith(nodeOf(index))
        if (follow) scroller.scrollTop = scroller.scrollHeight
      }
      return
    }
    const last = loaded.at(-1)
    if (last !== undefined && last.seq > message.seq) return
    const follow = atTail() && (atEnd() || message.direction === 'from-customer')
    loaded.push(message)
    byId.set(message.id, message)
    if (end === loaded.length - 1) {
      inner.append(nodeOf(end))
      end++
      if (follow) trimStart()
    }
    if (follow) {
      stuck = true
      scroller.scrollTop = scroller.scrollHeight
    }
    onScroll()
  }

  /** From bubble to bubble by keyboard; Enter inspects. */
  function onKey(event) {
    const nodes = [...inner.children]
    const at = nodes.indexOf(document.activeElement?.closest('.message'))
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const next = nodes[at < 0 ? nodes.length - 1 : at + (event.key === 'ArrowUp' ? -1 : 1)]
      if (next === undefined) return
      event.preventDefault()
      next.focus()
    } else if (event.key === 'Enter' && document.activeElement === nodes[at]) {
      event.preventDefault()
      nodes[at].querySelector('.meta')?.click()
    }
  }

  return {
    element,
    open,
    put,
    toLatest,
    byMessageId: (messageId) => loaded.findLast((one) => one.messageId === messageId),
    size: () => loaded.length,
  }
}

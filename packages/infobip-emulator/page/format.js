import { h } from './dom.js'

// Longest marks first, so that three backticks are not three times one.
const INLINE = [
  { mark: '```', tag: 'code', plain: true },
  { mark: '`', tag: 'code', plain: true },
  { mark: '*', tag: 'strong' },
  { mark: '_', tag: 'em' },
  { mark: '~', tag: 's' },
]
const LINK = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g
const WORD = /[\p{L}\p{N}]/u

/** WhatsApp's formatting as nodes: bold, italic, struck, code, quotes and lists. */
export function formatted(text) {
  const blocks = []
  const fence = text.split('```')
  // A fence may span lines; inside it nothing else counts.
  for (let i = 0; i < fence.length; i++) {
    const fenced = i % 2 === 1 && i < fence.length - 1
    if (fenced && fence[i].includes('\n')) blocks.push(h('pre', {}, fence[i].replace(/^\n|\n$/g, '')))
    else if (fenced) blocks.push(inlineCode(fence[i]))
    else blocks.push(...lines(i % 2 === 1 ? `\`\`\`${fence[i]}` : fence[i]))
  }
  return blocks
}

const inlineCode = (text) => h('code', {}, text)

function lines(text) {
  const out = []
  let list
  const rows = text.split('\n')
  rows.forEach((row, i) => {
    const bullet = /^\s*[-*] +(.*)$/.exec(row)
    const numbered = /^\s*(\d{1,3})\. +(.*)$/.exec(row)
    if (bullet || numbered) {
      const tag = bullet ? 'ul' : 'ol'
      if (list?.tagName.toLowerCase() !== tag) {
        list = h(tag, numbered ? { start: numbered[1] } : {})
        out.push(list)
      }
      list.append(h('li', {}, inline(bullet ? bullet[1] : numbered[2])))
      return
    }
    const afterList = list !== undefined
    list = undefined
    if (row.startsWith('> ')) out.push(h('blockquote', {}, inline(row.slice(2))))
    else {
      out.push(...inline(row))
      if (i < rows.length - 1 && !(afterList && row === '')) out.push('\n')
    }
  })
  return out
}

/** Marks count at the edges of words alone, and hold something. */
function inline(text) {
  for (let at = 0; at < text.length; at++) {
    for (const { mark, tag, plain } of INLINE) {
      if (!text.startsWith(mark, at) || (at > 0 && WORD.test(text[at - 1]))) continue
      const end = closing(text, mark, at + mark.length)
      if (end < 0) continue
      const inner = text.slice(at + mark.length, end)
      return [
        ...links(text.slice(0, at)),
        h(tag, {}, plain ? inner : inline(inner)),
        ...inline(text.slice(end + mark.length)),
      ]
    }
  }
  return links(text)
}

function closing(text, mark, from) {
  for (let end = text.indexOf(mark, from); end >= 0; end = text.indexOf(mark, end + 1)) {
    const inner = text.slice(from, end)
    const after = text[end + mark.length]
    if (inner.trim() !== '' && !/^\s|\s$/.test(inner) && (after === undefined || !WORD.test(after))) return end
  }
  return -1
}

function links(text) {
  const out = []
  let from = 0
  for (const match of text.matchAll(LINK)) {
    out.push(text.slice(from, match.index))
    out.push(h('a', { href: match[0], target: '_blank', rel: 'noreferrer noopener' }, match[0]))
    from = match.index + match[0].length
  }
  out.push(text.slice(from))
  return out.filter((part) => part !== '')
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const SHORT_DAY = new Intl.DateTimeFormat(undefined, { day: '2-digit', month: '2-digit', year: '2-digit' })

export const timeOf = (at) => TIME.format(at)
export const dayOf = (at) => DAY.format(at)
export const isSameDay = (a, b) => SHORT_DAY.format(a) === SHORT_DAY.format(b)
export const shortTime = (at, now) => (isSameDay(at, now) ? timeOf(at) : SHORT_DAY.format(at))
export const exactTime = (at) => new Date(at).toISOString().replace('T', ' ').replace('Z', '')

export function sizeOf(bytes) {
  if (bytes === undefined) return ''
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

const REASONS = {
  'free-entry-point': 'free, by an ad',
  'free-in-window': 'free, in the window',
  'free-service-message': 'free, one of the month’s free answers',
}

/** What a delivered message cost, or why it cost nothing. */
export function costOf({ charge }) {
  const { reason, pricePerMessage, currency } = charge
  if (pricePerMessage === null) return 'no price'
  return REASONS[reason] === undefined || Number(pricePerMessage) > 0
    ? `${pricePerMessage} ${currency}`
    : REASONS[reason]
}

/** A number as people write it, or the user id as it is. */
export function shownNumber(customer) {
  const { phone, username, userId, id } = customer
  if (phone !== undefined) return `+${phone}`
  return username === undefined ? (userId ?? id) : `@${username}`
}

export const nameOf = (customer) => customer.name ?? shownNumber(customer)

export function initials(name) {
  // Numbers of one country begin alike.
  if (/^\+?\d{3,}$/.test(name)) return name.slice(-2)
  const words = name
    .replace(/[^\p{L}\p{N} ]/gu, '')
    .split(' ')
    .filter(Boolean)
  return ((words[0]?.[0] ?? '') + (words.length > 1 ? words.at(-1)[0] : '')).toUpperCase() || '?'
}

/** One of the avatar's colours, always the same for a customer. */
export function hue(id) {
  let sum = 0
  for (const char of id) sum = (sum * 31 + char.codePointAt(0)) % 8
  return sum
}

import { append, h, icon, ticks } from './dom.js'
import { costOf, formatted, sizeOf, timeOf } from './format.js'

const mediaUrl = (blobId) => `/_emulator/media/${encodeURIComponent(blobId)}`
const FAILED = ['undeliverable', 'expired', 'rejected']

/** One message as the phone draws it. */
export function bubbleOf(message, actions) {
  const own = message.direction === 'from-customer'
  const { bubble } = message
  const kind = bubble.kind.replaceAll(' ', '-')
  return append(
    h('article', {
      class: `message ${own ? 'own' : 'theirs'} kind-${kind} state-${message.state}`,
      tabindex: '-1',
      'data-id': message.id,
      'data-message-id': message.messageId,
      'aria-label': `${own ? 'Customer' : 'Business'}, ${timeOf(message.at)}`,
    }),
    [
      append(h('div', { class: 'bubble' }), [
        message.replyToId !== undefined && quote(message, actions),
        ...body(bubble, message, actions),
        FAILED.includes(message.state) && failure(message),
        meta(message, own, actions),
      ]),
      buttons(bubble, message, actions),
      bubble.cards !== undefined && cards(bubble.cards, message, actions),
    ],
  )
}

function body(bubble, message, actions) {
  const { header, media, location, contacts, template, reaction, footer, list, details } = bubble
  return [
    template !== undefined &&
      h(
        'p',
        { class: 'kind' },
        ['Template', template.name, template.language, message.category].filter(Boolean).join(' · '),
      ),
    message.api === 'business-app' && h('p', { class: 'kind' }, 'By the business’s own phone'),
    bubble.kind === 'call' && h('p', { class: 'call' }, icon('phone'), bubble.text),
    header?.media !== undefined && mediaOf(header.media),
    header?.location !== undefined && place(header.location),
    header?.text !== undefined && h('p', { class: 'header' }, formatted(header.text)),
    media !== undefined && mediaOf(media),
    location !== undefined && place(location),
    contacts !== undefined && contacts.map(contactCard),
    reaction !== undefined &&
      h('p', { class: 'reaction' }, reaction.action === 'REMOVED' ? 'removed a reaction' : reaction.emoji),
    bubble.text !== undefined &&
      bubble.text !== '' &&
      bubble.kind !== 'call' &&
      h('div', { class: 'text' }, formatted(bubble.text)),
    bubble.text === undefined &&
      template !== undefined &&
      template.placeholders.length > 0 &&
      h('div', { class: 'text' }, formatted(template.placeholders.join('\n'))),
    nothingElse(bubble) && h('p', { class: 'kind' }, bubble.kind),
    details !== undefined &&
      h(
        'details',
        { class: 'details' },
        h('summary', {}, 'What it holds'),
        h('pre', {}, JSON.stringify(details, null, 1)),
      ),
    footer !== undefined && h('p', { class: 'footer' }, footer),
    list !== undefined &&
      h(
        'button',
        { type: 'button', class: 'press', onclick: () => actions.openList(message) },
        icon('list'),
        list.button,
      ),
  ]
}

const nothingElse = ({ text, media, location, contacts, template, reaction, cards, list, header }) =>
  [text, media, location, contacts, template, reaction, cards, list, header].every((part) => part === undefined)

function mediaOf(media) {
  const { kind, blobId, url, filename, size, contentType = '' } = media
  const source = blobId === undefined ? undefined : mediaUrl(blobId)
  if (source === undefined && kind !== 'document') {
    return h(
      'p',
      { class: 'media-missing' },
      icon(kind === 'image' || kind === 'sticker' ? 'image' : 'file'),
      `${kind} not fetched`,
    )
  }
  switch (kind) {
    case 'image':
    case 'sticker':
      return h(
        'a',
        { class: `media ${kind}`, href: source, target: '_blank', rel: 'noopener' },
        h('img', { src: source, alt: filename ?? kind, loading: 'lazy' }),
      )
    case 'video':
      return h('video', {
        class: 'media video',
        src: source,
        controls: true,
        preload: 'metadata',
        'aria-label': 'Video',
      })
    case 'audio':
      return h(
        'div',
        { class: 'media audio' },
        media.voice ? icon('mic') : icon('phone'),
        h('audio', {
          src: source,
          controls: true,
          preload: 'metadata',
          'aria-label': media.voice ? 'Voice note' : 'Audio',
        }),
      )
    default: {
      const name = filename ?? url.split('/').at(-1)?.split('?')[0] ?? 'document'
      const about = [contentType.split(';')[0].split('/').at(-1)?.toUpperCase(), sizeOf(size)]
        .filter(Boolean)
        .join(' · ')
      const inside = [icon('file'), h('span', {}, h('strong', {}, name), h('small', {}, about || 'not fetched'))]
      return source === undefined
        ? h('p', { class: 'media document' }, inside)
        : h('a', { class: 'media document', href: source, target: '_blank', rel: 'noopener' }, inside)
    }
  }
}

function place({ latitude, longitude, name, address }) {
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`
  return h(
    'a',
    { class: 'place', href, target: '_blank', rel: 'noreferrer noopener' },
    h('span', { class: 'map', 'aria-hidden': 'true' }, icon('pin')),
    h(
      'span',
      { class: 'place-text' },
      h('strong', {}, name ?? 'Location'),
      h('small', {}, address ?? `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`),
    ),
  )
}

function contactCard(contact) {
  const name = contact.name?.formattedName ?? contact.name?.firstName ?? 'Contact'
  const phones = (contact.phones ?? []).map((one) => one.phone ?? one.waId).filter(Boolean)
  return h(
    'div',
    { class: 'contact-card' },
    h('span', { class: 'avatar small hue-2', 'aria-hidden': 'true' }, icon('person')),
    h('span', {}, h('strong', {}, name), h('small', {}, phones.join(', ') || contact.org?.company || '')),
  )
}

function quote(message, actions) {
  const quoted = actions.find(message.replyToId)
  const who = quoted === undefined ? '' : quoted.direction === 'from-customer' ? 'You' : 'Business'
  return h(
    'div',
    { class: 'quote' },
    h('strong', {}, who || 'A message'),
    h('span', {}, quoted === undefined ? 'that is not in sight' : actions.preview(quoted)),
  )
}

function buttons(bubble, message, actions) {
  if (bubble.actions === undefined || bubble.actions.length === 0) return undefined
  return h(
    'div',
    { class: 'buttons' },
    bubble.actions.map((action) =>
      h(
        'button',
        { type: 'button', class: 'press', onclick: () => actions.press(message, bubble, action) },
        pressIcon(action),
        action.title,
      ),
    ),
  )
}

function pressIcon({ type }) {
  const icons = {
    reply: 'reply',
    url: 'link',
    phone: 'phone',
    location: 'pin',
    copy: 'file',
    flow: 'list',
    other: 'down',
  }
  return icon(icons[type] ?? 'reply')
}

const cards = (all, message, actions) =>
  h(
    'div',
    { class: 'cards', tabindex: '0', role: 'group', 'aria-label': 'Cards' },
    all.map((card) =>
      append(h('div', { class: 'card' }), [
        h('div', { class: 'bubble' }, body(card, message, actions)),
        buttons(card, message, actions),
      ]),
    ),
  )

const failure = ({ error, state }) =>
  h('p', { class: 'failure' }, icon('alert'), h('span', {}, error === undefined ? state : `${error.id} ${error.name}`))

const STATES = {
  scheduled: 'scheduled',
  pending: 'sent, not delivered',
  delivered: 'delivered',
  seen: 'seen',
  undeliverable: 'not delivered',
  expired: 'expired',
  rejected: 'rejected',
}

function meta(message, own, actions) {
  const word = own ? ownState(message) : STATES[message.state]
  return h(
    'button',
    {
      type: 'button',
      class: 'meta',
      title: `${word}; inspect`,
      'aria-label': `${timeOf(message.at)}, ${word}: inspect`,
      onclick: () => actions.inspect(message),
    },
    ...(message.charge === undefined || isPlainlyFree(message) ? [] : [h('span', { class: 'cost' }, costOf(message))]),
    h('time', {}, timeOf(message.at)),
    mark(message, own),
  )
}

/** An answer that costs nothing is not worth a word. */
const isPlainlyFree = ({ category, charge }) => category === 'service' && Number(charge.pricePerMessage) === 0

function ownState({ readAt, takenAt }) {
  if (readAt !== undefined) return 'read'
  return takenAt === undefined ? 'not taken yet' : 'taken'
}

function mark(message, own) {
  if (own) {
    const seen = message.readAt !== undefined
    return h('span', { class: seen ? 'mark seen' : 'mark' }, ticks(seen || message.takenAt !== undefined))
  }
  switch (message.state) {
    case 'scheduled':
      return h('span', { class: 'mark' }, icon('clock'))
    case 'pending':
      return h('span', { class: 'mark' }, ticks(false))
    case 'delivered':
      return h('span', { class: 'mark' }, ticks(true))
    case 'seen':
      return h('span', { class: 'mark seen' }, ticks(true))
    default:
      return h('span', { class: 'mark failed' }, icon('alert'))
  }
}

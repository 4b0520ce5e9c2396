import { api } from './api.js'
import { toast } from './dialogs.js'
import { append, h, icon, iconButton } from './dom.js'
import { costOf, exactTime, sizeOf } from './format.js'
import { businessPanel } from './business.js'
import { faultsPanel } from './faults.js'
import { previewOf } from './model.js'

const TABS = [
  ['message', 'Message'],
  ['requests', 'Requests'],
  ['webhooks', 'Webhooks'],
  ['business', 'Business'],
  ['faults', 'Faults'],
]
const RECENT = 60

/** What lies behind a message: the request as it came, the webhooks as they went, the media fetch, the trace. */
export function createInspector(model, { onClose }) {
  let tab = 'message'
  let message
  let timer
  /** Answers may come in another order than they were asked for: the last question counts. */
  let asked = 0

  const body = h('div', {
    class: 'inspector-body',
    id: 'inspector-body',
    role: 'tabpanel',
    tabindex: '0',
    'aria-label': 'What was found',
  })
  const tabs = TABS.map(([id, label]) =>
    h(
      'button',
      { type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': 'inspector-body', onclick: () => choose(id) },
      label,
    ),
  )
  const tablist = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Inspector', onkeydown: onKey }, tabs)
  const element = h(
    'aside',
    { class: 'inspector', 'aria-label': 'Inspector' },
    h('header', { class: 'inspector-head' }, tablist, iconButton('close', 'Close the inspector', onClose)),
    body,
  )
  const faults = faultsPanel()
  const business = businessPanel(model)

  function choose(id) {
    tab = id
    for (const button of tabs) {
      const on = button.id === `tab-${id}`
      button.setAttribute('aria-selected', String(on))
      button.tabIndex = on ? 0 : -1
    }
    void show()
  }

  function onKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    const at = TABS.findIndex(([id]) => id === tab)
    const next = (at + step + TABS.length) % TABS.length
    choose(TABS[next][0])
    tabs[next].focus()
  }

  async function show() {
    const question = ++asked
    try {
      const content = await contentOf(tab)
      if (question !== asked) return
      // Opened parts stay open when something new arrives.
      const open = new Set([...body.querySelectorAll('details[open]')].map((one) => one.dataset.key))
      body.replaceChildren(...content.flat(Infinity).filter(Boolean))
      for (const one of body.querySelectorAll('details')) if (open.has(one.dataset.key)) one.open = true
    } catch (error) {
      toast(error.message, 'problem')
    }
  }

  async function contentOf(which) {
    switch (which) {
      case 'requests': {
        const { requests } = await api.requests({ limit: RECENT })
        return requests.length === 0
          ? [empty('No request has come to Infobip’s paths yet.')]
          : requests.toReversed().map(requestCard)
      }
      case 'webhooks': {
        const { webhooks } = await api.webhooks({ limit: RECENT })
        return webhooks.length === 0 ? [empty('No webhook has gone out yet.')] : webhooks.toReversed().map(webhookCard)
      }
      case 'faults':
        return [await faults()]
      case 'business':
        return [await business()]
      default:
        return message === undefined ? [empty('Press a message’s time to see what lies behind it.')] : messageCards()
    }
  }

  async function messageCards() {
    const { messageId, id } = message
    const [{ messages }, { webhooks }, { requests }] = await Promise.all([
      api.messages({ messageId }),
      api.webhooks({ messageId }),
      api.requests({ messageId }),
    ])
    const shown = messages.find((one) => one.id === id) ?? message
    return [
      factsCard(shown),
      requests.length > 0 && [
        h('h3', {}, requests.length === 1 ? 'The request' : 'The requests'),
        requests.map(requestCard),
      ],
      shown.fetches.length > 0 && [h('h3', {}, 'The media fetch'), shown.fetches.map(fetchCard)],
      webhooks.length > 0 && [h('h3', {}, 'The webhooks'), webhooks.map(webhookCard)],
    ]
  }

  function trace(traceId) {
    if (traceId === undefined) return undefined
    return h(
      'a',
      { class: 'trace', href: model.traceLink.replace('{traceId}', traceId), target: '_blank', rel: 'noopener' },
      icon('link'),
      `Trace ${traceId.slice(0, 8)}…`,
    )
  }

  function requestCard(request) {
    const {
      id,
      method,
      path,
      status,
      at,
      durationMs,
      fault,
      headers,
      body: sent,
      response,
      violations,
      traceId,
    } = request
    return foldable(
      `request-${id}`,
      [
        h('span', { class: `status ${statusClass(status)}` }, String(status ?? fault ?? '—')),
        h('code', {}, `${method} ${path}`),
        h('small', {}, `${exactTime(at)} · ${durationMs ?? '…'} ms`),
      ],
      [
        fault !== undefined && h('p', { class: 'fault-note' }, `Fault: ${fault}`),
        violations !== undefined &&
          h('p', { class: 'fault-note' }, 'Against the OpenAPI document: ', violations.join('; ')),
        trace(traceId),
        part('Headers', headers),
        sent !== undefined && part('Body', sent),
        response !== undefined && part('Answer', response),
      ],
    )
  }

  function webhookCard(webhook) {
    const { id, kind, url, at, state, attempts, nextAt, body: sent } = webhook
    const last = attempts.at(-1)
    return foldable(
      `webhook-${id}`,
      [
        h(
          'span',
          { class: `status ${state === 'accepted' ? 'good' : state === 'waiting' ? 'waiting' : 'bad'}` },
          String(last?.status ?? state),
        ),
        h('code', {}, `${kind} → ${new URL(url).pathname}`),
        h('small', {}, `${exactTime(at)} · ${attempts.length} ${attempts.length === 1 ? 'try' : 'tries'}`),
      ],
      [
        h('p', { class: 'url' }, url),
        attempts.map((attempt) =>
          append(h('p', { class: 'attempt' }), [
            h('span', { class: `status ${statusClass(attempt.status)}` }, String(attempt.status ?? 'failed')),
            ` ${exactTime(attempt.at)} · ${attempt.durationMs} ms `,
            attempt.problem ?? (attempt.body ? h('code', {}, attempt.body.slice(0, 300)) : 'empty answer'),
            trace(attempt.traceId),
          ]),
        ),
        nextAt !== undefined &&
          state === 'waiting' &&
          h('p', { class: 'fault-note' }, `Tried again at ${exactTime(nextAt)} by the emulator’s clock`),
        part('Body', parsed(sent)),
        h('button', { type: 'button', class: 'primary', onclick: () => again(id) }, 'Deliver this webhook again'),
      ],
    )
  }

  async function again(id) {
    try {
      const { attempt } = await api.deliverAgain(id)
      toast(
        attempt.status === undefined ? `No answer: ${attempt.problem}` : `Answered ${attempt.status}`,
        attempt.status === 200 ? 'info' : 'problem',
      )
      void show()
    } catch (error) {
      toast(error.message, 'problem')
    }
  }

  choose('message')
  return {
    element,
    tab: () => tab,
    inspect(one) {
      message = one
      choose('message')
    },
    choose,
    /** Something changed: what is shown is fetched again, not more than three times a second. */
    refresh(changes) {
      const kinds = new Set(changes.map((change) => change.kind))
      const matters =
        (tab === 'message' && message !== undefined && (kinds.has('message') || kinds.has('webhook'))) ||
        (tab === 'requests' && kinds.has('request')) ||
        (tab === 'webhooks' && kinds.has('webhook')) ||
        (tab === 'business' && ['template', 'sender', 'usage'].some((kind) => kinds.has(kind)))
      // A choice that is open stays open.
      const isChoosing = body.contains(document.activeElement) && document.activeElement.tagName === 'SELECT'
      if (!matters || isChoosing || !element.isConnected) return
      timer ??= setTimeout(() => {
        timer = undefined
        void show()
      }, 300)
    },
  }
}

function fetchCard(fetch, index) {
  const { method, url, at, durationMs, status, headers, bytes, sha256, problem } = fetch
  return foldable(
    `fetch-${index}`,
    [
      h('span', { class: `status ${problem === undefined ? statusClass(status) : 'bad'}` }, String(status ?? 'failed')),
      h('code', {}, `${method} ${new URL(url).pathname}`),
      h('small', {}, `${exactTime(at)} · ${durationMs} ms`),
    ],
    [
      h('p', { class: 'url' }, url),
      problem !== undefined && h('p', { class: 'fault-note' }, problem),
      bytes !== undefined &&
        h('p', {}, `${sizeOf(bytes)} (${bytes} bytes)`, h('br'), h('small', {}, `sha256 ${sha256}`)),
      headers !== undefined && part('Headers', headers),
    ],
  )
}

function factsCard(message) {
  const { status, error, sentAt, deliveredAt, seenAt, readAt, takenAt, sendAt, expiresAt } = message
  const facts = [
    [
      'State',
      status === undefined ? message.state : `${message.state} · ${status.groupId}/${status.id} ${status.name}`,
    ],
    ['Error', error === undefined || error.id === 0 ? undefined : `${error.id} ${error.name}: ${error.description}`],
    ['Category', message.category],
    ['Window', message.window],
    ['Cost', message.charge && costOf(message)],
    ['messageId', message.messageId],
    ['API', message.api],
    ['callbackData', message.callbackData],
    ['Arrived', exactTime(message.at)],
    ['Send at', sendAt && exactTime(sendAt)],
    ['Expires', expiresAt && exactTime(expiresAt)],
    ['Sent', sentAt && exactTime(sentAt)],
    ['Delivered', deliveredAt && exactTime(deliveredAt)],
    ['Seen', seenAt && exactTime(seenAt)],
    ['Webhook taken', takenAt && exactTime(takenAt)],
    ['Read by the business', readAt && exactTime(readAt)],
  ].filter(([, value]) => value !== undefined)
  return h(
    'section',
    { class: 'card-box' },
    h('p', { class: 'preview' }, previewOf(message)),
    h(
      'dl',
      {},
      facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, String(value))]),
    ),
  )
}

const empty = (text) => h('p', { class: 'empty' }, text)

const foldable = (key, summary, content) =>
  append(h('details', { class: 'card-box', 'data-key': key }), [
    h('summary', {}, summary),
    h('div', { class: 'folded' }, content.flat(Infinity).filter(Boolean)),
  ])

const part = (title, value) =>
  h(
    'div',
    { class: 'part' },
    h('h4', {}, title),
    h(
      'pre',
      { tabindex: '0', 'aria-label': title },
      typeof value === 'string' ? value : JSON.stringify(value, null, 2),
    ),
  )

function statusClass(status) {
  if (status === undefined) return 'bad'
  return status < 300 ? 'good' : status < 500 ? 'warn' : 'bad'
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Raised where the emulator refuses, with its words. */
export class Refused extends Error {}

async function call(method, path, body) {
  const response = await fetch(`/_emulator/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  const answer = text === '' ? undefined : JSON.parse(text)
  if (!response.ok) throw new Refused(answer?.details ?? answer?.error ?? `the emulator answered ${response.status}`)
  return answer
}

const query = (params) => new URLSearchParams(Object.entries(params).filter(([, value]) => value !== undefined))

export const api = {
  state: () => call('GET', 'state'),
  conversations: () => call('GET', 'conversations'),
  page: (sender, customer, params) =>
    call('GET', `conversations/${encodeURIComponent(sender)}/${encodeURIComponent(customer)}?${query(params)}`),
  inbound: (body) => call('POST', 'inbound', body),
  requests: (params) => call('GET', `requests?${query(params)}`),
  messages: (params) => call('GET', `messages?${query(params)}`),
  webhooks: (params) => call('GET', `webhooks?${query(params)}`),
  deliverAgain: (id) => call('POST', `webhooks/${encodeURIComponent(id)}/deliver`),
  faults: () => call('GET', 'faults'),
  addFault: (fault) => call('POST', 'faults', fault),
  removeFault: (id) => call('DELETE', `faults/${id}`),
  clearFaults: () => call('DELETE', 'faults'),
  clock: (change) => (change === undefined ? call('GET', 'clock') : call('POST', 'clock', change)),
  /** Any of the control paths that change something. */
  tell: (path, body) => call('POST', path, body),
  senders: () => call('GET', 'senders'),
  changeSender: (number, change) => call('PUT', `senders/${number}`, change),
  templates: () => call('GET', 'templates'),
  changeTemplate: (id, change) => call('PATCH', `templates/${encodeURIComponent(id)}`, change),
  ledger: () => call('GET', 'ledger'),
  customer: (id, change) => call('PUT', `customers/${encodeURIComponent(id)}`, change),
}

/** Follows every change; `lost` is called when the line breaks, `back` when it is there again. */
export function follow({ onChanges, onLost, onBack }) {
  const source = new EventSource('/_emulator/events')
  let broken = false
  source.addEventListener('changes', (event) => onChanges(JSON.parse(event.data)))
  source.addEventListener('error', () => {
    broken = true
    onLost()
  })
  source.addEventListener('open', () => {
    if (broken) onBack()
    broken = false
  })
  return source
}

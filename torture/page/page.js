// The token leaves the address at once, so that it is in no history and no picture of the screen.
const token = new URLSearchParams(location.search).get('token') ?? sessionStorage.getItem('token') ?? ''
sessionStorage.setItem('token', token)
history.replaceState(null, '', location.pathname)

const byId = (id) => document.getElementById(id)
const STAGES = {
  idle: '',
  starting: 'A Kafka, a Redis and both gateways are starting…',
  running: 'Both run. Strike.',
  settling: 'The load has ended; both have time to finish what they have…',
  settled: 'Counted.',
  failed: 'It could not go on: ',
}

async function ask(method, path) {
  const answer = await fetch(path, { method, headers: { 'x-break-token': token } })
  const body = await answer.json()
  if (!answer.ok) throw new Error(body.error)
  return body
}

function show({ stage, scores, blows, startedAt, problem }) {
  const running = stage === 'running'
  byId('stage').textContent = STAGES[stage] + (problem ?? '')
  byId('start').disabled = running || stage === 'starting' || stage === 'settling'
  for (const id of ['settle', 'random']) byId(id).disabled = !running
  for (const button of document.querySelectorAll('[data-blow]')) button.disabled = !running
  for (const row of document.querySelectorAll('[data-name]')) {
    const score = scores?.[row.dataset.name]
    const cells = row.querySelectorAll('td')
    for (const [at, column] of ['given', 'waiting', 'lost', 'doubled', 'reordered'].entries()) {
      const value = score?.[column]
      cells[at].textContent = value ?? ''
      cells[at].className = at < 2 || value === undefined ? '' : value === 0 ? 'good' : 'bad'
    }
  }
  byId('log').replaceChildren(
    ...blows.toReversed().map(({ at, text }) => {
      const item = document.createElement('li')
      item.textContent = `${Math.round((at - startedAt) / 1000)} s: ${text}`
      return item
    }),
  )
}

async function act(path) {
  try {
    show(await ask('POST', path))
  } catch (error) {
    byId('stage').textContent = error.message
  }
}

byId('start').addEventListener('click', () => void act('/start'))
byId('settle').addEventListener('click', () => void act('/settle'))
byId('random').addEventListener('click', () => void act('/random'))
for (const button of document.querySelectorAll('[data-blow]'))
  button.addEventListener('click', () => void act(`/strike/${button.dataset.blow}`))

async function follow() {
  try {
    show(await ask('GET', '/state'))
  } catch (error) {
    byId('stage').textContent = error.message
  }
  setTimeout(() => void follow(), 1000)
}
void follow()

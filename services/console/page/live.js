/** What comes within so many ms is one change: nobody reads faster, and a flood is one request a second. */
const GATHER_MS = 800

/** Says what was added, and how far a reading is, as the API tells it; the browser connects anew by itself. */
export function listenToChanges({ onState, onChange, onProgress }) {
  let source
  let gathered
  const pass = () => {
    const change = gathered
    gathered = undefined
    onChange(change)
  }
  return {
    start() {
      if (source !== undefined && source.readyState !== EventSource.CLOSED) return
      source = new EventSource('/v1/live')
      source.addEventListener('open', () => onState(true))
      source.addEventListener('error', () => onState(false))
      source.addEventListener('progress', ({ data }) => onProgress(JSON.parse(data)))
      source.addEventListener('change', ({ data }) => {
        if (gathered === undefined) setTimeout(pass, GATHER_MS)
        gathered = together(gathered, JSON.parse(data))
      })
    },
  }
}

function together(a, b) {
  if (a === undefined) return b
  const flags = ['problems', 'deadLetters', 'unrecognised', 'audit'].map((name) => [name, a[name] || b[name]])
  return { ...b, ...Object.fromEntries(flags), conversations: [...a.conversations, ...b.conversations] }
}

// The one process that outlives a parent which was killed with -9: it ends the children left behind, then itself.
// It reads "+pid" and "-pid" lines; the end of its input is the parent's death. Plain JavaScript: it must start fast.
const GRACE_MS = 2_000
const POLL_MS = 50

/** @type {Set<number>} */
const groups = new Set()
let rest = ''

process.stdin.setEncoding('utf8')
process.stdin.on('data', (/** @type {string} */ chunk) => {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop() ?? ''
  for (const line of lines) {
    const pid = Number(line.slice(1))
    if (line.startsWith('+')) groups.add(pid)
    else groups.delete(pid)
  }
})
process.stdin.on('end', () => void reap())
process.stdin.on('error', () => void reap())
// Ctrl-C in a terminal goes to the launcher, which ends its children in order.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('SIGHUP', () => undefined)

async function reap() {
  const deadline = Date.now() + GRACE_MS
  for (const pid of groups) signal(pid, 'SIGTERM')
  while (Date.now() < deadline && [...groups].some((pid) => signal(pid, 0))) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  for (const pid of groups) signal(pid, 'SIGKILL')
  process.exit(0)
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals | 0} name
 */
function signal(pid, name) {
  try {
    process.kill(-pid, name)
    return true
  } catch {
    return false
  }
}

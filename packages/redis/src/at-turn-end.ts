/** What is asked for in a turn of the event loop, and is to be put into commands when it ends. */
let collected: (() => void)[] = []
/** Connections that hold back what is written to them. */
let held: (() => void)[] = []
let isDue = false

/** Has commands made at the end of this turn of the event loop, before what was held back leaves. */
export function commandsAtTurnEnd(make: () => void): void {
  collected.push(make)
  schedule()
}

/** Has what a connection holds back leave at the end of this turn, with the commands that are made only then. */
export function writesAtTurnEnd(release: () => void): void {
  held.push(release)
  schedule()
}

/** One task for both: in tasks of their own, what is made in one would leave a whole turn later, and a turn can be long. */
function schedule(): void {
  if (isDue) return
  isDue = true
  setImmediate(endTurn)
}

function endTurn(): void {
  const commands = collected
  collected = []
  for (const make of commands) make()
  const writes = held
  held = []
  isDue = false
  for (const release of writes) release()
  // What was asked for by the commands themselves is of the next turn.
  if (collected.length > 0) schedule()
}

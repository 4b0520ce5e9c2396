/** What is asked for in a turn of the event loop, and is to be put into commands when it ends. */
let collected: (() => void)[] = []

/** Has commands made at the end of this turn of the event loop: one for what many have asked for. */
export function commandsAtTurnEnd(make: () => void): void {
  if (collected.length === 0) setImmediate(endTurn)
  collected.push(make)
}

function endTurn(): void {
  const commands = collected
  // What is asked for by the commands themselves is of the next turn.
  collected = []
  for (const make of commands) make()
}

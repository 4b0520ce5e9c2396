/** One place in a waiting room. */
export interface Seat extends Disposable {
  /** Fires once later ones have taken its place. */
  readonly lost: AbortSignal
}

/** Bounds who waits, for each name and in all. Who comes last is let in: the one that has waited longest loses its seat. */
export interface WaitingRoom {
  enter(name: string): Seat
}

export function createWaitingRoom(most: { ofName: number; inAll: number }): WaitingRoom {
  const rooms = new Map<string, Set<AbortController>>()
  let inAll = 0

  function leave(name: string, seat: AbortController): void {
    const room = rooms.get(name)
    if (room?.delete(seat) !== true) return
    inAll--
    if (room.size === 0) rooms.delete(name)
  }

  function evictFrom(name: string): void {
    for (const longest of rooms.get(name) ?? []) {
      leave(name, longest)
      longest.abort()
      return
    }
  }

  function fullest(): string {
    let found = ''
    for (const [name, { size }] of rooms) if (size > (rooms.get(found)?.size ?? 0)) found = name
    return found
  }

  return {
    enter: (name) => {
      if ((rooms.get(name)?.size ?? 0) >= most.ofName) evictFrom(name)
      else if (inAll >= most.inAll) evictFrom(fullest())
      const seat = new AbortController()
      const room = rooms.get(name) ?? new Set()
      rooms.set(name, room.add(seat))
      inAll++
      return { lost: seat.signal, [Symbol.dispose]: () => leave(name, seat) }
    },
  }
}

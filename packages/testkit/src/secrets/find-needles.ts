/** A number of bytes that few texts share by chance and every needle has. */
const TAIL = 4

/**
 * Makes a search for many byte strings that reads a text once, however many they are: each place's last four bytes are
 * compared with those of the needles, and only where they agree the whole needle.
 *
 * @param needles of four bytes or more
 * @returns which of them a text has, by index, each with the place where it stands first
 */
export function createNeedleSearch(needles: readonly Buffer[]): (text: Buffer) => Map<number, number> {
  const byTail = new Map<number, number[]>()
  // A look into a table is what nearly every byte costs.
  const mayEnd = new Uint8Array(65_536)
  for (const [index, needle] of needles.entries()) {
    if (needle.length < TAIL) throw new Error(`a needle of ${needle.length} bytes is found everywhere`)
    const tail = needle.readUInt32BE(needle.length - TAIL)
    byTail.set(tail, [...(byTail.get(tail) ?? []), index])
    mayEnd[tail & 0xffff] = 1
  }
  return (text) => {
    const found = new Map<number, number>()
    let tail = 0
    for (let at = 0; at < text.length; at++) {
      tail = ((tail << 8) | (text[at] ?? 0)) >>> 0
      if (mayEnd[tail & 0xffff] === 0) continue
      for (const index of byTail.get(tail) ?? []) {
        const needle = needles[index]
        if (needle === undefined || found.has(index)) continue
        const start = at + 1 - needle.length
        if (start >= 0 && needle.compare(text, start, at + 1) === 0) found.set(index, start)
      }
    }
    return found
  }
}

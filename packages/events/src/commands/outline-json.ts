/** What can be told of JSON without building its values; whether it is right is not looked at. */
export interface JsonOutline {
  /** Brackets, commas and colons: each value costs one at least, and far more memory than its bytes. */
  readonly tokens: number
  /** The bytes of the wanted members of the outermost object; the last of those with one name, as JSON.parse has it. */
  readonly members: ReadonlyMap<string, Buffer>
}

/** Longer than any name that is wanted, escapes included. */
const MAX_NAME_BYTES = 100

/** One pass over the bytes, in constant memory. */
export function outlineJson(bytes: Buffer, wanted: ReadonlySet<string>): JsonOutline {
  const members = new Map<string, Buffer>()
  let tokens = 0
  let depth = 0
  let member: { readonly name: string; readonly from: number } | undefined
  let lastText: Buffer | undefined

  function endMember(to: number): void {
    if (depth !== 1 || member === undefined) return
    if (wanted.has(member.name)) members.set(member.name, bytes.subarray(member.from, to))
    member = undefined
  }

  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    switch (byte) {
      case 0x22: {
        const end = endOfText(bytes, at)
        if (depth === 1 && member === undefined) lastText = bytes.subarray(at, end + 1)
        at = end
        break
      }
      case 0x3a: // :
        tokens++
        if (depth === 1 && member === undefined && lastText !== undefined) {
          member = { name: nameOf(lastText), from: at + 1 }
        }
        break
      case 0x2c: // ,
        tokens++
        endMember(at)
        break
      case 0x5b: // [
      case 0x7b: // {
        tokens++
        depth++
        break
      case 0x5d: // ]
      case 0x7d: // }
        endMember(at)
        depth--
        break
      default:
        break
    }
  }
  return { tokens, members }
}

/** Where the text that begins at `start` ends; the last byte where it does not. */
function endOfText(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === 0x5c) at++
    else if (bytes[at] === 0x22) return at
  }
  return bytes.length - 1
}

function nameOf(quoted: Buffer): string {
  if (quoted.length > MAX_NAME_BYTES) return ''
  try {
    return String(JSON.parse(quoted.toString()))
  } catch {
    return ''
  }
}

const whitespaceOutsideStrings = /("(?:[^"\\]|\\.)*")|[\t\n\r ]+/g

/**
 * JSON on one line, without parsing it: white space between tokens goes, digits, escapes and key order stay as they came.
 * What is not JSON comes back without its white space as well, so ask only with text that was parsed.
 */
export function compactJson(text: string): string {
  if (!hasSpaceBetweenTokens(text)) return text
  return text.replace(whitespaceOutsideStrings, '$1')
}

/** Infobip sends none, as a rule: a look from string to string costs a fifth of writing the text anew. */
function hasSpaceBetweenTokens(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x22) {
      at = endOfString(text, at)
      if (at < 0) return true
    } else if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) return true
  }
  return false
}

/** Where the string that begins at `start` has its closing quote; -1 where it has none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1
    while (text.charCodeAt(before) === 0x5c) before -= 1
    if ((end - before) % 2 === 1) return end
  }
  return -1
}

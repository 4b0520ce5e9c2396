const whitespaceOutsideStrings = /("(?:[^"\\]|\\.)*")|[\t\n\r ]+/g

/**
 * JSON on one line, without parsing it: white space between tokens goes, digits, escapes and key order stay as they came.
 * What is not JSON comes back without its white space as well, so ask only with text that was parsed.
 */
export function compactJson(text: string): string {
  return text.replace(whitespaceOutsideStrings, '$1')
}

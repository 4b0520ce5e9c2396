/** One line of a CSV file, by the names in its first line. */
export type Row = Readonly<Record<string, string>>

/** Reads CSV as RFC 4180 has it: quotes, doubled quotes, commas and line breaks within them. @throws for a line of another length */
export function parseCsv(text: string): Row[] {
  const [names = [], ...lines] = cells(text.replace(/^\ufeff/, ''))
  return lines.map((line, at) => {
    if (line.length === names.length)
      return Object.fromEntries(names.map((name, place) => [name.trim(), line[place] ?? '']))
    throw new Error(`line ${at + 2}: ${line.length} values, but the first line has ${names.length} names`)
  })
}

function cells(text: string): string[][] {
  const lines: string[][] = []
  let line: string[] = []
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    line.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === ',') continue
    if (line.some((cell) => cell !== '')) lines.push(line)
    line = []
  }
  return lines
}

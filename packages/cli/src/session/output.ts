import { stripVTControlCharacters, styleText } from 'node:util'
import type { Io } from './io.ts'

type Style = Parameters<typeof styleText>[0]

export interface OutputFlags {
  readonly json?: boolean | undefined
  readonly pretty?: boolean | undefined
}

/** What commands print: lists for people or programs, sentences, and what goes to stderr beside them. */
export interface Output {
  /** One entry of a list: text on a terminal, one line of JSON in a pipe, `--json` and `--pretty` decide otherwise. */
  item(value: unknown, text: () => string): void
  /** The end of a command: sentences, or with `--json` one line of JSON. */
  result(value: unknown, text: string): void
  /** A sentence on stderr, that no program reads. */
  note(text: string): void
  /** A line on stderr that is written over, where somebody looks. */
  progress(text: string): void
  /** Ends that line. */
  endProgress(): void
  style(style: Style, text: string): string
  /** Whether lists are for people. */
  readonly forPeople: boolean
}

export function createOutput({ stdout, stderr, env }: Io, { json = false, pretty = false }: OutputFlags): Output {
  const forPeople = !json && (pretty || stdout.isTerminal)
  const coloured = forPeople && stdout.isTerminal && !env['NO_COLOR']
  let open = false

  function endProgress(): void {
    if (open) stderr.write('\r\u001b[K')
    open = false
  }

  function print(text: string): void {
    endProgress()
    stdout.write(`${text}\n`)
  }

  return {
    item: (value, text) => print(forPeople ? text() : JSON.stringify(value)),
    result: (value, text) => print(json ? JSON.stringify(value) : text),
    note: (text) => {
      endProgress()
      stderr.write(`${text}\n`)
    },
    progress: (text) => {
      if (!stderr.isTerminal) return
      open = true
      stderr.write(`\r\u001b[K${text}`)
    },
    endProgress,
    style: (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text),
    forPeople,
  }
}

/** Pads by what is seen, not by the colour's own characters. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stripVTControlCharacters(text).length))
}

/** One line that cannot move the cursor, whatever a customer wrote. */
export function oneLine(text: string, most = 120): string {
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  const plain = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain
}

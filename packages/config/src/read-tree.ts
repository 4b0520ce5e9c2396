import { type Document, isAlias, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import type { ConfigProblem } from './config-problem.ts'

export type ReadTree =
  { readonly ok: true; readonly tree: unknown } | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

/**
 * YAML as plain values. Nothing of the text is in a problem, only where it is: it may be a secret. A number whose text is not the one
 * that JavaScript writes (`0123`, `1e5`, twenty digits) stays that text: as a secret it is what was written.
 */
export function readTree(text: string): ReadTree {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const problems = [...document.errors, ...document.warnings].map(({ code, pos: [start] }) => ({
    path: '',
    problem: `${placeOf(start, lines)}: ${code.toLowerCase().replaceAll('_', ' ')}`,
    remedy: 'correct the YAML; a value with special characters is put in quotes',
  }))
  problems.push(...namesThatVanish(document, lines))
  if (problems.length > 0) return { ok: false, problems }
  keepDigits(document)
  try {
    return { ok: true, tree: document.toJS() }
  } catch {
    return { ok: false, problems: [aliasProblem(document, lines)] }
  }
}

function placeOf(offset: number, lines: LineCounter): string {
  const { line, col } = lines.linePos(offset)
  return `line ${line}, column ${col}`
}

function keepDigits(document: Document): void {
  visit(document, {
    Scalar: (_key, node) => {
      const { source, value } = node
      if (typeof value === 'number' && source !== undefined && source !== String(value)) node.value = source
    },
  })
}

/** A key of that name is the prototype of what has it. */
function namesThatVanish(document: Document, lines: LineCounter): ConfigProblem[] {
  const found: ConfigProblem[] = []
  visit(document, {
    Pair: (_key, { key }) => {
      if (!isScalar(key) || key.value !== '__proto__') return
      const problem = `${placeOf(key.range?.[0] ?? 0, lines)}: __proto__ is no name of anything`
      found.push({ path: '', problem, remedy: 'rename it' })
    },
  })
  return found
}

/** An alias without its anchor, as a password in no quotes that begins with `*` is; or so many that they multiply without end. */
function aliasProblem(document: Document, lines: LineCounter): ConfigProblem {
  let place: string | undefined
  visit(document, {
    Alias: (_key, node) => {
      if (!isAlias(node) || node.resolve(document) !== undefined) return undefined
      place = placeOf(node.range?.[0] ?? 0, lines)
      return visit.BREAK
    },
  })
  return place === undefined
    ? { path: '', problem: 'cannot be read: its aliases multiply', remedy: 'use fewer aliases' }
    : { path: '', problem: `${place}: an alias has no anchor`, remedy: 'put a value that begins with "*" in quotes' }
}

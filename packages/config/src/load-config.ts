import { type Document, parseDocument } from 'yaml'
import type { z } from 'zod'
import type { Config } from './config.ts'
import { type ConfigProblem, pathText } from './config-problem.ts'
import { isTable, withEnvironment } from './environment-overrides.ts'
import { findConflicts, findWarnings } from './cross-checks.ts'
import { configSchema } from './schema.ts'
import { shapeConfig } from './shape-config.ts'
import { fileText, type Sources, substitute } from './substitute.ts'

export interface ConfigInput extends Sources {
  /** The file's text: YAML. */
  readonly text: string
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

/** One pure function from the file's text, the environment and the files that it names to a configuration, or to every problem at once. */
export function loadConfig(input: ConfigInput): ConfigResult {
  const document = parseDocument(input.text, { prettyErrors: true })
  if (document.errors.length > 0) return { ok: false, problems: document.errors.map((error) => syntaxProblem(error)) }
  const file = tableOf(document)
  if (!file.ok) return file

  const problems: ConfigProblem[] = []
  const filled = withTlsFiles(substitute(withEnvironment(file.table, input.env), input, problems), input, problems)
  const unresolved = new Set(problems.map(({ path }) => path))
  const parsed = configSchema.safeParse(filled, { error: plainWords })
  if (!parsed.success) {
    // A value that could not be filled in is one problem, not two.
    problems.push(...parsed.error.issues.flatMap(problemsOf).filter(({ path }) => !unresolved.has(path)))
  }
  if (!parsed.success || problems.length > 0) return { ok: false, problems: inOrder(problems) }

  const config = shapeConfig(parsed.data)
  const conflicts = findConflicts(config)
  if (conflicts.length > 0) return { ok: false, problems: conflicts }
  return { ok: true, config, warnings: findWarnings(config) }
}

function tableOf(
  document: Document,
): { ok: true; table: Record<string, unknown> } | { ok: false; problems: ConfigProblem[] } {
  try {
    const tree: unknown = document.toJS() ?? {}
    if (isTable(tree)) return { ok: true, table: tree }
  } catch (error) {
    // The aliases of a file may multiply to more than memory holds; the parser refuses those.
    return {
      ok: false,
      problems: [
        {
          path: '',
          problem: `cannot be read (${error instanceof Error ? error.message : String(error)})`,
          remedy: 'use fewer aliases',
        },
      ],
    }
  }
  return {
    ok: false,
    problems: [
      {
        path: '',
        problem: 'the file is not a table of settings',
        remedy: 'begin with "kafka:", see docs/configuration.md',
      },
    ],
  }
}

/** `tls: {cert: /path}` means the file's content: certificates are named by path nearly everywhere. */
function withTlsFiles(tree: unknown, sources: Sources, problems: ConfigProblem[]): unknown {
  if (!isTable(tree) || !isTable(tree['tls'])) return tree
  const tls = Object.entries(tree['tls']).map(([key, value]): [string, unknown] => {
    const isPath = typeof value === 'string' && value !== '' && !value.includes('-----BEGIN') && !value.includes('${')
    return [key, isPath ? fileText(value, ['tls', key], { sources, problems }) : value]
  })
  return { ...tree, tls: Object.fromEntries(tls) }
}

function syntaxProblem(error: {
  message: string
  linePos?: readonly { line: number; col: number }[] | undefined
}): ConfigProblem {
  const position = error.linePos?.[0]
  const where = position ? `line ${position.line}, column ${position.col}: ` : ''
  // The parser prints the line itself after the first one: it may hold a secret.
  return {
    path: '',
    problem: `${where}${(error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}`,
    remedy: 'correct the YAML',
  }
}

function problemsOf(issue: z.core.$ZodIssue): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      problem: 'is no setting',
      remedy: 'remove it or correct its spelling; docs/configuration.md lists all of them',
    }))
  }
  if (issue.code === 'invalid_key') {
    const reason = issue.issues[0]?.message ?? 'is no valid name'
    return [{ path: pathText(issue.path), problem: reason, remedy: 'rename it' }]
  }
  const path = pathText(issue.path)
  return [{ path, problem: issue.message, remedy: remedyFor(issue.message) }]
}

/** For what no field has words of its own. */
function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type')
    return issue.input === undefined ? 'is missing' : `must be ${article(issue.expected)}`
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`
  return undefined
}

function article(type: string): string {
  if (type === 'object' || type === 'record') return 'a table'
  if (type === 'array') return 'a list'
  return type === 'string' ? 'text' : `a ${type}`
}

function remedyFor(message: string): string {
  if (message.startsWith('is missing')) return 'add it'
  if (message.startsWith('is empty')) return 'give it a value'
  return 'correct it, see docs/configuration.md'
}

function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...problems].sort((a, b) => a.path.localeCompare(b.path))
}

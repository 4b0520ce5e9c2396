import type { z } from 'zod'
import type { Config } from './config.ts'
import { type ConfigProblem, pathText } from './config-problem.ts'
import { isTable, withEnvironment } from './environment-overrides.ts'
import { findConflicts, findWarnings } from './cross-checks.ts'
import { readRateCards } from './read-rate-cards.ts'
import { readTree } from './read-tree.ts'
import { configSchema } from './schema.ts'
import { shapeConfig } from './shape-config.ts'
import { fileText, type Reading, type Sources, substitute } from './substitute.ts'

export interface ConfigInput extends Sources {
  /** The file's text: YAML. */
  readonly text: string
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

/** One pure function from the file's text, the environment and the files that it names to a configuration, or to every problem at once. */
export function loadConfig(input: ConfigInput): ConfigResult {
  const file = tableOf(input.text)
  if (!file.ok) return file

  const problems: ConfigProblem[] = []
  const written = withEnvironment(file.table, input.env)
  const filled = withTlsFiles(substitute(written, input, problems), written['tls'], { sources: input, problems })
  const unresolved = new Set(problems.map(({ path }) => path))
  const parsed = configSchema.safeParse(filled, { error: plainWords })
  if (!parsed.success) {
    // A value that could not be filled in is one problem, not two.
    problems.push(...parsed.error.issues.flatMap(problemsOf).filter(({ path }) => !unresolved.has(path)))
  }
  const rateCards = parsed.success ? readRateCards(parsed.data, { sources: input, problems }) : undefined
  if (!parsed.success || problems.length > 0) return { ok: false, problems: inOrder(problems) }

  const config = shapeConfig(parsed.data, rateCards)
  const conflicts = findConflicts(config)
  if (conflicts.length > 0) return { ok: false, problems: conflicts }
  return { ok: true, config, warnings: findWarnings(config) }
}

function tableOf(
  text: string,
): { ok: true; table: Record<string, unknown> } | { ok: false; problems: readonly ConfigProblem[] } {
  const read = readTree(text)
  if (!read.ok) return read
  const tree = read.tree ?? {}
  if (isTable(tree)) return { ok: true, table: tree }
  const problem = 'the file is not a table of settings'
  return { ok: false, problems: [{ path: '', problem, remedy: 'begin with "kafka:", see docs/configuration.md' }] }
}

/** What names a file. Base64 without its frame, the usual way to put a key into a variable, may have a `/` in it as well. */
const plainPath = /^\.{0,2}\/[^\n\r]{1,250}$/
const relativePath = /^([\w.-]+\/[^\n\r]{1,250}|[\w-]+\.(pem|crt|cer|key))$/

/** `tls: {cert: /path}` means the file's content: certificates are named by path nearly everywhere. */
function withTlsFiles(tree: unknown, written: unknown, reading: Reading): unknown {
  if (!isTable(tree) || !isTable(tree['tls'])) return tree
  const asWritten = isTable(written) ? written : {}
  const tls = Object.entries(tree['tls']).map(([key, value]): [string, unknown] => {
    if (typeof value !== 'string' || value.includes('-----BEGIN') || value.includes('${')) return [key, value]
    const isOfFile = value === asWritten[key]
    if (!plainPath.test(value) && !(isOfFile && relativePath.test(value))) return [key, value]
    return [key, fileText(value, ['tls', key], reading)]
  })
  return { ...tree, tls: Object.fromEntries(tls) }
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

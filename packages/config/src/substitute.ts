import { type ConfigProblem, pathText } from './config-problem.ts'
import { isTable } from './environment-overrides.ts'

export interface Sources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The text of a file that `${file:…}` names; throws where it cannot be read. */
  readonly readFile: (path: string) => string
}

const reference = /\$\$\{|\$\{([^}]*)\}?/g
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Every text of the tree with `${NAME}` replaced from the environment and `${file:path}` from a file, after parsing, so
 * that no secret's content can be read as YAML. `$${` stands for a literal `${`.
 */
export function substitute(tree: unknown, sources: Sources, problems: ConfigProblem[]): unknown {
  function walk(value: unknown, path: readonly PropertyKey[]): unknown {
    if (typeof value === 'string') return replaceIn(value, path)
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]))
    if (!isTable(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]))
  }

  function replaceIn(text: string, path: readonly PropertyKey[]): string {
    if (!text.includes('${')) return text
    return text.replace(reference, (match: string, name: string | undefined) => {
      if (name === undefined) return '${'
      const outcome = match.endsWith('}') ? resolve(name, sources) : notAReference
      if (outcome.ok) return outcome.text
      problems.push({ path: pathText(path), problem: outcome.problem, remedy: outcome.remedy })
      // Not empty: one problem a value is enough.
      return match
    })
  }

  return walk(tree, [])
}

type Resolved =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string; readonly remedy: string }

const notAReference: Resolved = {
  ok: false,
  problem: 'has a "${" that begins neither ${NAME} nor ${file:path}',
  remedy: 'close it, or write "$${" for a literal "${"',
}

export interface Reading {
  readonly sources: Sources
  readonly problems: ConfigProblem[]
}

/** A file's text; where it cannot be read that is a problem at the path, and the path itself comes back. */
export function fileText(file: string, path: readonly PropertyKey[], { sources, problems }: Reading): string {
  // A key may begin like a path: the setting's own path has to do.
  const outcome = readText(file, sources, path.at(-1) === 'key' ? 'that it names' : shown(file))
  if (outcome.ok) return outcome.text
  problems.push({ path: pathText(path), problem: outcome.problem, remedy: outcome.remedy })
  return file
}

function resolve(name: string, sources: Sources): Resolved {
  if (name.startsWith('file:')) {
    const file = name.slice('file:'.length)
    return readText(file, sources, shown(file))
  }
  if (!variableName.test(name)) return notAReference
  // Not what every object has: "toString" is no variable.
  const text = Object.hasOwn(sources.env, name) ? sources.env[name] : undefined
  if (text !== undefined && text !== '') return { ok: true, text }
  const state = text === undefined ? 'not set' : 'empty'
  return {
    ok: false,
    problem: `needs the environment variable ${shown(name)}, which is ${state}`,
    remedy: `set ${shown(name)} for this process`,
  }
}

/** What is written like a name of a variable, or like a path; another text may be part of a secret in which a "${" stands. */
function shown(name: string): string {
  return /^[A-Z][A-Z0-9_]{0,63}$/.test(name) || /^\.{0,2}(\/[\w.-]{1,64}){1,16}$/.test(name) ? name : 'that it names'
}

function readText(file: string, { readFile }: Sources, name: string): Resolved {
  try {
    // Secret files end with a line break that is no part of the secret.
    const text = readFile(file).replace(/\r?\n$/, '')
    if (text !== '') return { ok: true, text }
    return { ok: false, problem: `names the empty file ${name}`, remedy: 'write the value into it' }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return {
      ok: false,
      problem: `names the file ${name}, which cannot be read (${code})`,
      remedy: 'create it, make it readable, or correct the path',
    }
  }
}

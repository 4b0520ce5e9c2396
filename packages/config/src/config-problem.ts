/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** Where in the file: `tenants.acme.accounts[0].apiKey`; empty for the file as a whole. */
  readonly path: string
  readonly problem: string
  /** What to do about it. */
  readonly remedy: string
}

/** A path as people write it: `accounts[0].apiKey`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, '')
}

/** One line each, for a terminal. */
export function problemLine({ path, problem, remedy }: ConfigProblem): string {
  return `${path === '' ? '' : `${path} `}${problem}: ${remedy}`
}

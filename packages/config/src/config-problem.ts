/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** Where in the file: `tenants.acme.accounts[0].apiKey`; empty for the file as a whole. */
  readonly path: string
  readonly problem: string
  /** What to do about it. */
  readonly remedy: string
}

/** A path as people write it: `accounts[0].apiKey`. A name that no setting could have may be part of a value that was not put in quotes. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    const name = /^[\w-]{1,63}$/.test(String(key)) ? String(key) : '…'
    return text === '' ? name : `${text}.${name}`
  }, '')
}

/** One line each, for a terminal. */
export function problemLine({ path, problem, remedy }: ConfigProblem): string {
  return `${path === '' ? '' : `${path} `}${problem}: ${remedy}`
}

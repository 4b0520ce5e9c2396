/** Where programs are looked for and kept. */
export interface Source {
  env: NodeJS.ProcessEnv
  /** The cache folder. */
  cache: string
  onProgress?: ((line: string) => void) | undefined
}

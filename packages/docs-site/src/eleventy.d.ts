/** What is used of Eleventy, which has no types of its own. */
declare module '@11ty/eleventy' {
  export interface Token {
    type: string
    tag: string
    content: string
    children: Token[] | null
    attrGet(name: string): string | null
    attrSet(name: string, value: string): void
  }
  export interface Markdown {
    core: { ruler: { push(name: string, rule: (state: { tokens: Token[]; env: { source: string } }) => void): void } }
  }
  export interface UserConfig {
    amendLibrary(engine: 'md', change: (library: Markdown) => void): void
    addTemplate(path: string, content: string, data: Readonly<Record<string, unknown>>): void
    addTransform(
      name: string,
      change: (this: { page: { outputPath: string; inputPath: string } }, html: string) => string,
    ): void
  }
  export interface Options {
    readonly quietMode: boolean
    readonly configPath: undefined
    readonly config: (config: UserConfig) => void
  }
  export class Eleventy {
    constructor(input: string, output: string, options: Options)
    disableLogger(): void
    write(): Promise<unknown>
  }
}

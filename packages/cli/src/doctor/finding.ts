/** One thing that was looked at. */
export interface Finding {
  /** `configuration`, `kafka`, `redis`, `infobip`, `publicUrl`. */
  readonly area: string
  /** `untried`: it could not be looked at, which says nothing of it. */
  readonly level: 'ok' | 'warning' | 'problem' | 'untried'
  /** What is so, in a sentence. */
  readonly text: string
  /** What to do about it. */
  readonly remedy?: string
}

/** Makes the findings of one area. */
export function findingsOf(area: string) {
  return {
    ok: (text: string): Finding => ({ area, level: 'ok', text }),
    warning: (text: string, remedy: string): Finding => ({ area, level: 'warning', text, remedy }),
    problem: (text: string, remedy: string): Finding => ({ area, level: 'problem', text, remedy }),
    untried: (text: string, remedy: string): Finding => ({ area, level: 'untried', text, remedy }),
  }
}

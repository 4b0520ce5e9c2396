/** Infobip's spelling of a moment: `2025-02-27T15:44:57.000+0000`, an offset without a colon. */
export function infobipDate(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000')
}

/** Reads any of the spellings that Infobip's documents and clients show; undefined where there is no date in it. */
export function parseDate(text: string): number | undefined {
  const at = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))
  return Number.isNaN(at) ? undefined : at
}

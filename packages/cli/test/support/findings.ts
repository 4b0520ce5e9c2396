import type { Stage } from './stage.ts'

interface Report {
  readonly findings: readonly { readonly area: string; readonly level: string; readonly text: string }[]
}

/** What `imchannel doctor` says of one area, as `level: text`. */
export async function findings(stage: Stage, area: string): Promise<string[]> {
  const [report] = (await stage.cli('doctor', '--json')).json<Report>()
  return (report?.findings ?? []).filter((one) => one.area === area).map(({ level, text }) => `${level}: ${text}`)
}

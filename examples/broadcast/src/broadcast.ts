import { setTimeout as sleep } from 'node:timers/promises'
import type { Bot, OwnMessage } from '@imchannel/bot'
import type { Row } from './parse-csv.ts'
import type { Report } from './report.ts'

export interface BroadcastOptions {
  readonly bot: Bot
  /** Names the broadcast: with the recipient, the id of each command. Another name sends to everybody again. */
  readonly name: string
  readonly from: string
  readonly rows: readonly Row[]
  /** What one recipient gets. */
  readonly compose: (row: Row) => OwnMessage['content']
  readonly perSecond: number
  readonly report: Report
  readonly onProgress: (line: string) => void
}

const PROGRESS_MS = 2_000

/**
 * Writes to everybody in the column `to`, and resolves when each has an outcome in the report. It may be ended and run again at any time: who has
 * an outcome is passed over, and to who has none the same command is written, which is sent once.
 */
export async function broadcast({ bot, rows, report, onProgress, ...options }: BroadcastOptions): Promise<void> {
  const recipients = new Map(rows.map((row) => [normalise(row['to'] ?? ''), row]))
  if (recipients.has('')) throw new Error('a line has no number in the column "to"')
  const open = new Set([...recipients.keys()].filter((to) => report.stateOf(to) === undefined))
  const done = Promise.withResolvers<void>()
  if (open.size === 0) done.resolve()

  bot.onOutcome(async ({ state, commandId, reason, event }) => {
    const to = recipientOf(commandId, options.name)
    if (to === undefined || !recipients.has(to)) return
    // Before the outcome is committed: it comes again if this process ends here.
    await report.write({ to, state, ...(reason === undefined ? {} : { reason }), at: event.time })
    open.delete(to)
    if (open.size === 0) done.resolve()
  })
  await bot.start()
  const progress = setInterval(() => onProgress(lineOf(report, recipients.size)), PROGRESS_MS)
  try {
    const startedAt = Date.now()
    let sent = 0
    for (const to of open) {
      const row = recipients.get(to)
      if (row === undefined || !open.has(to)) continue
      await sleep(Math.max(0, startedAt + (sent++ / options.perSecond) * 1_000 - Date.now()))
      await bot.send({ id: idOf(options.name, to), from: options.from, to, content: options.compose(row) })
    }
    await done.promise
  } finally {
    clearInterval(progress)
    onProgress(lineOf(report, recipients.size))
    await bot.stop()
  }
}

function idOf(name: string, to: string): string {
  return `${name}/${to}`
}

function recipientOf(commandId: string, name: string): string | undefined {
  const at = commandId.indexOf(`::${name}/`)
  return at < 0 ? undefined : commandId.slice(at + name.length + 3)
}

function normalise(number: string): string {
  return number.replace(/[\s()./-]/g, '').replace(/^(\+|00)/, '')
}

function lineOf(report: Report, all: number): string {
  const counts = Object.entries(report.counts())
  const known = counts.reduce((sum, [, count]) => sum + count, 0)
  return `${known} of ${all}: ${counts.map(([state, count]) => `${count} ${state}`).join(', ') || 'nothing yet'}`
}

import { afterAll, beforeAll } from 'vitest'
import { knownTraps } from './stories/known-traps.ts'
import { mediaFetch } from './stories/media-fetch.ts'
import { oneConversation } from './stories/one-conversation.ts'
import { severalResults } from './stories/several-results.ts'
import { thousandConversations } from './stories/thousand-conversations.ts'
import { whatHappened } from './stories/what-happened.ts'
import { startTraceStage, type TraceStage } from './trace-stage.ts'

let started: TraceStage
const stage = (): TraceStage => started

beforeAll(async () => {
  started = await startTraceStage()
}, 180_000)

afterAll(() => started?.[Symbol.asyncDispose]())

oneConversation(stage)
mediaFetch(stage)
severalResults(stage)
whatHappened(stage)
thousandConversations(stage)
knownTraps(stage)

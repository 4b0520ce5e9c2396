import { testStack } from '@imchannel/testkit'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import { type ScriptedInfobip, startScriptedInfobip } from './scripted-infobip.ts'
import { setStage, type Stage, type StageOptions } from './stage.ts'

// What a test starts by these ends with it, the last first: a stage before the Infobip and the Redis that it needs.

/** Only ends what would never end: processes start and groups rebalance slowly on a machine that is busy with other tests. */
export const PATIENCE_MS = 240_000

/** On a free port, unless one is given. */
export async function useInfobip(port?: number): Promise<ScriptedInfobip> {
  const infobip = await startScriptedInfobip(port)
  onTestFinished(() => infobip.close())
  return infobip
}

export async function useStage(options: StageOptions): Promise<Stage> {
  const stage = await setStage(options)
  onTestFinished(() => stage[Symbol.asyncDispose]())
  return stage
}

/** A connection to the Redis of a stage, to look at what is there. */
export function useRedis(url = testStack().redisUrl): Redis {
  const redis = new Redis(url)
  onTestFinished(() => redis.disconnect())
  return redis
}

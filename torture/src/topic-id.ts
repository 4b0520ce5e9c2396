import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A topic's own id, in hexadecimal digits, as the broker keeps it beside its first partition; undefined where it is not there. */
export async function readTopicId(kafkaFolder: string, topic: string): Promise<string | undefined> {
  try {
    const text = await readFile(join(kafkaFolder, 'data', `${topic}-0`, 'partition.metadata'), 'utf8')
    const base64 = /^topic_id: (\S+)$/m.exec(text)?.[1]
    return base64 === undefined ? undefined : Buffer.from(base64, 'base64url').toString('hex')
  } catch {
    return undefined
  }
}

import { isParkedOf } from '@imchannel/events'
import { describeTopics, listTopics } from '@imchannel/kafka'
import { messageOf } from '../session/failure.ts'
import type { Session } from '../session/session.ts'
import { commandTopicsAmong, plannedTopics } from '../topic-plan.ts'
import { type Finding, findingsOf } from './finding.ts'
import { judgeTopics } from './judge-topics.ts'

const { ok, problem } = findingsOf('kafka')

/** Is Kafka there, and are the topics as they should be? */
export async function checkKafka(session: Session): Promise<Finding[]> {
  const config = session.config()
  const brokers = config.kafka.brokers.join(', ')
  let names: string[]
  try {
    names = await listTopics(session.kafka())
  } catch (error) {
    return [
      problem(
        `Kafka at ${brokers} does not answer: ${messageOf(error)}.`,
        'Check kafka.brokers, ssl and sasl, whether Kafka runs, and whether its advertised listeners can be reached from here.',
      ),
    ]
  }
  const planned = plannedTopics(config).map(({ name }) => name)
  const commands = commandTopicsAmong(names, config)
  const parked = names.filter((name) => commands.some((topic) => isParkedOf(name, topic)))
  const wanted = [...new Set([...planned, ...commands, ...parked])]
  const found = await describeTopics(session.kafka(), wanted)
  const leaders = new Set(found.flatMap(({ partitions }) => partitions.map(({ leader }) => leader)))
  return [ok(`Kafka at ${brokers} answers.`), ...judgeTopics(config, found, leaders.size)]
}

import type { Config } from '@imchannel/config'
import { readParkedTopic, topics as topicsOf } from '@imchannel/events'
import type { TopicDescription } from '@imchannel/kafka'
import { count, durationText } from '../session/read-values.ts'
import { commandTopicsAmong, plannedTopics, withoutTopic } from '../topic-plan.ts'
import { type Finding, findingsOf } from './finding.ts'

const { ok, warning, problem } = findingsOf('kafka')
const MIB = 1024 * 1024

/** What is wrong with the topics as they are. Pure. */
export function judgeTopics(config: Config, found: readonly TopicDescription[], brokers: number): Finding[] {
  const names = found.map(({ name }) => name)
  const missing = plannedTopics(config).filter(({ name }) => !names.includes(name))
  const commands = new Set(commandTopicsAmong(names, config))
  const findings = [
    ...missing.map(({ name }) => judgeMissing(config, name)),
    ...found.flatMap((topic) => judgeTopic(config, topic, { isCommands: commands.has(topic.name), brokers })),
    ...judgeExpressions(config, names),
  ]
  return findings.length > 0 ? findings : [ok(`${found.length} topics are as they should be.`)]
}

const MAKE = 'Start the services, or run "imchannel topics create".'
const MAKE_AND_LET =
  'Run "imchannel topics create", and let the services read and write there as docs/operations.md has it.'

function judgeMissing(config: Config, name: string): Finding {
  const off = withoutTopic(topicsOf(config.topics.prefix)).get(name)
  return off === undefined
    ? problem(`The topic ${name} is not there.`, MAKE)
    : warning(`The topic ${name} is not there: ${off}.`, MAKE_AND_LET)
}

function judgeTopic(
  config: Config,
  { name, partitions, config: settings }: TopicDescription,
  { isCommands, brokers }: { isCommands: boolean; brokers: number },
): Finding[] {
  const findings: Finding[] = []
  const leaderless = partitions.filter(({ leader }) => leader < 0).length
  if (leaderless > 0) {
    findings.push(
      problem(
        `${leaderless} of ${partitions.length} partitions of ${name} ${leaderless === 1 ? 'has' : 'have'} no leader.`,
        'Bring the brokers back that hold them.',
      ),
    )
  }
  const behind = partitions.filter(({ replicas, inSync }) => inSync < replicas).length
  if (behind > 0) {
    findings.push(
      warning(
        `${behind} of ${partitions.length} partitions of ${name} ${behind === 1 ? 'has' : 'have'} replicas that are not in sync.`,
        'Look at the brokers’ health.',
      ),
    )
  }
  const replicas = Math.min(...partitions.map(({ replicas }) => replicas))
  const wanted = Math.min(3, brokers)
  if (replicas < wanted) {
    findings.push(
      warning(
        `${name} has ${replicas} of ${wanted} possible replicas: with their broker its records are gone.`,
        'Reassign its partitions with more replicas.',
      ),
    )
  }
  if (partitions.length < config.topics.partitions) {
    findings.push(
      warning(
        `${name} has ${count(partitions.length, 'partition')}, the configuration says ${config.topics.partitions}.`,
        'Nothing breaks; more instances than partitions stand idle. Adding partitions moves conversations to others: do it while nothing is waiting.',
      ),
    )
  }
  if (settings === undefined) {
    findings.push(
      warning(
        `The settings of ${name} may not be read by this user.`,
        'Allow DESCRIBE_CONFIGS on it to have them checked.',
      ),
    )
    return findings
  }
  return [...findings, ...judgeSettings(config, { name, settings, isCommands, replicas })]
}

/** A topic whose settings may be read. */
interface Settled {
  readonly name: string
  readonly settings: Readonly<Record<string, string>>
  readonly isCommands: boolean
  readonly replicas: number
}

function judgeSettings(config: Config, topic: Settled): Finding[] {
  return [...judgeRetention(config, topic), ...judgeCleanup(config, topic), ...judgeStorage(topic)]
}

function judgeRetention(config: Config, { name, settings, isCommands }: Settled): Finding[] {
  const findings: Finding[] = []
  const retentionMs = Number(settings['retention.ms'] ?? Number.NaN)
  const { commandMemoryMs } = config
  const isForEver = retentionMs < 0
  if (isCommands && (isForEver || retentionMs > commandMemoryMs)) {
    findings.push(
      problem(
        `${name} keeps commands ${isForEver ? 'for ever' : `for ${durationText(retentionMs)}`}, but the ledger knows them for ${durationText(commandMemoryMs)} alone: one that is read again after that would be sent again.`,
        `Set commandMemory to at least the topic’s retention, or retention.ms of the topic to ${commandMemoryMs} or less.`,
      ),
    )
  }
  if (isCommands && !isForEver && retentionMs < config.maxAgeMs) {
    findings.push(
      problem(
        `${name} keeps commands for ${durationText(retentionMs)}, less than the ${durationText(config.maxAgeMs)} that they may wait (maxAge): an outage would lose some.`,
        'Raise retention.ms of the topic, or lower maxAge.',
      ),
    )
  }
  if (readParkedTopic(name) !== undefined && !isForEver && retentionMs < config.maxAgeMs) {
    findings.push(
      problem(
        `${name} keeps waiting commands for ${durationText(retentionMs)}, less than maxAge (${durationText(config.maxAgeMs)}).`,
        'Raise its retention.ms.',
      ),
    )
  }
  return findings
}

function judgeCleanup(config: Config, { name, settings }: Settled): Finding[] {
  const policy = settings['cleanup.policy']
  if (policy === undefined) return []
  const isCompacted = policy.includes('compact')
  const isState = plannedTopics(config).some((one) => one.name === name && one.config?.['cleanup.policy'] === 'compact')
  if (isCompacted && !isState)
    return [
      problem(`${name} is compacted: of each conversation only the last record stays.`, 'Set cleanup.policy=delete.'),
    ]
  if (isState && policy !== 'compact')
    return [problem(`${name} does not keep what it says for good.`, 'Set cleanup.policy=compact.')]
  return []
}

function judgeStorage({ name, settings, replicas }: Settled): Finding[] {
  const findings: Finding[] = []
  // As where the services make a topic: one broker may be away, and what it takes is on two at least.
  const wantedInSync = replicas - 1
  const leastInSync = Number(settings['min.insync.replicas'] ?? Number.NaN)
  if (replicas >= 3 && leastInSync < wantedInSync) {
    findings.push(
      warning(
        `What is stored in ${name} may be on ${leastInSync} of its ${replicas} brokers alone, and is lost with ${leastInSync === 1 ? 'it' : 'them'}.`,
        `Set min.insync.replicas=${wantedInSync}.`,
      ),
    )
  }
  const maxBytes = Number(settings['max.message.bytes'] ?? Number.NaN)
  if (maxBytes < 8 * MIB) {
    findings.push(
      warning(
        `${name} takes records of ${(maxBytes / MIB).toFixed(1)} MiB at most, less than 8 MiB: larger ones lose their original or are cut.`,
        `Set max.message.bytes=${8 * MIB}.`,
      ),
    )
  }
  return findings
}

function judgeExpressions({ topics }: Config, names: readonly string[]): Finding[] {
  const unmatched = topics.outbound.filter(
    (one) =>
      typeof one.topic !== 'string' &&
      commandTopicsAmong(names, { topics: { ...topics, outbound: [one] } }).length === 0,
  )
  return unmatched.map(({ topic }) =>
    warning(`No topic matches ${String(topic)}.`, 'Create one, or correct topics.outbound.'),
  )
}

/** What one item (a result of a webhook, a command) costs. */
export interface Cost {
  readonly count: number
  /** CPU of ingress or dispatcher, Redis and Kafka, µs. */
  readonly serviceMicros: number
  readonly redisMicros: number
  readonly kafkaMicros: number
  readonly redisCommands: number
  readonly redisNetBytes: number
  readonly redisMemoryBytes: number
  /** Of one replica. */
  readonly kafkaLogBytes: number
  /** Of the service's process, at the end. */
  readonly residentMb: number
}

/** As measure.ts writes it. */
export interface Inputs {
  readonly machine: string
  readonly at: string
  /** A customer's message, alone in its webhook, and one of twenty. */
  readonly message: Cost
  readonly message20: Cost
  /** A delivery report on a message that this system sent, alone in its webhook. */
  readonly report: Cost
  /** A command, from its topic to its event, the command's own record included. */
  readonly command: Cost
}

/** What a system is sized for. */
export interface Load {
  /** Commands a second; as many customers' messages, and two reports (delivered, seen) on each send. */
  readonly perSecond: number
  readonly tenants: number
}

export interface Plan extends Load {
  readonly ingressInstances: number
  readonly dispatcherInstances: number
  readonly partitions: number
  readonly redisShards: number
  readonly ledgerGb: number
  readonly redisMbit: number
  readonly kafkaCores: number
  readonly kafkaMbyteIn: number
  readonly kafkaTbWeek: number
  readonly senders: number
}

/** So many of each service, and partitions of the command topic. */
export interface Fleet {
  readonly instances: number
  readonly partitions: number
}

/** A process of one thread: beyond this part of a core its latency grows. */
const MOST_OF_A_CORE = 0.6
/** One instance may be away, for an upgrade or by accident, without the others going beyond it. */
const SPARE = 1
const REPLICAS = 3
const WEEK_S = 7 * 86_400
/** Meta's default for a number. */
const SENDER_PER_SECOND = 80
/** docs/scaling.md, by packages/ledger/bench/memory.ts: an entry whose command id has 36 characters. */
const LEDGER_BYTES = 330
/** Kafka's own advice is a partition for each 10 MB/s; ours is for commands in hand: what one holds is at most 2,000. */
const INSTANCE_PARTITIONS = 3
const LEAST_PARTITIONS = 12

/** Sizes a system: what is measured for one message, times how many there are. Pure. */
export function planFor({ perSecond, tenants }: Load, { message, report, command }: Inputs): Plan {
  const sum = (pick: (cost: Cost) => number): number => perSecond * (pick(message) + 2 * pick(report) + pick(command))
  const instances = (microsPerSecond: number): number => Math.ceil(microsPerSecond / 1e6 / MOST_OF_A_CORE) + SPARE
  const ingressInstances = instances(perSecond * (message.serviceMicros + 2 * report.serviceMicros))
  const dispatcherInstances = instances(perSecond * command.serviceMicros)
  // Divisible among them, so that none has more to do than others.
  const wanted = Math.max(LEAST_PARTITIONS, dispatcherInstances * INSTANCE_PARTITIONS)
  const partitions = Math.ceil(wanted / 12) * 12
  return {
    perSecond,
    tenants,
    ingressInstances,
    dispatcherInstances,
    partitions,
    redisShards: Math.ceil(sum(({ redisMicros }) => redisMicros) / 1e6 / MOST_OF_A_CORE),
    ledgerGb: (perSecond * WEEK_S * LEDGER_BYTES) / 1e9,
    redisMbit: (sum(({ redisNetBytes }) => redisNetBytes) * 8) / 1e6,
    kafkaCores: (sum(({ kafkaMicros }) => kafkaMicros) * REPLICAS) / 1e6,
    kafkaMbyteIn: (sum(({ kafkaLogBytes }) => kafkaLogBytes) * REPLICAS) / 1e6,
    kafkaTbWeek: (sum(({ kafkaLogBytes }) => kafkaLogBytes) * REPLICAS * WEEK_S) / 1e12,
    senders: Math.ceil(perSecond / SENDER_PER_SECOND),
  }
}

/**
 * What dispatchers carry of commands a second. Partitions are shared out evenly, and the instance with most of them is full
 * first: seven instances of twelve partitions carry no more than six. Pure.
 */
export function commandsOf({ instances, partitions }: Fleet, { command }: Inputs): number {
  const ofOne = (MOST_OF_A_CORE * 1e6) / command.serviceMicros
  return (ofOne * partitions) / Math.ceil(partitions / instances)
}

/** What ingresses carry: messages a second, each with two reports. Any takes any webhook. Pure. */
export function conversationsOf(instances: number, { message, report }: Inputs): number {
  return (instances * MOST_OF_A_CORE * 1e6) / (message.serviceMicros + 2 * report.serviceMicros)
}

/** A listener beside the plain one. What it needs besides (keystores, JAAS) is given as `properties`. */
export interface KafkaListener {
  /** Capitals, as Kafka writes listener names. */
  name: string
  protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
}

export interface KafkaAddresses {
  port: number
  controllerPort: number
  dataDir: string
  listeners: readonly (KafkaListener & { port: number })[]
}

/** The settings of a single node that holds broker and controller, small enough for a developer's machine. */
export function serverProperties({ port, controllerPort, dataDir, listeners }: KafkaAddresses): Record<string, string> {
  const brokers = [{ name: 'PLAINTEXT', protocol: 'PLAINTEXT', port }, ...listeners]
  const all = [...brokers, { name: 'CONTROLLER', protocol: 'PLAINTEXT', port: controllerPort }]
  const addresses = (of: typeof all): string => of.map(({ name, port }) => `${name}://127.0.0.1:${port}`).join(',')
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: addresses(all),
    'advertised.listeners': addresses(brokers),
    'listener.security.protocol.map': all.map(({ name, protocol }) => `${name}:${protocol}`).join(','),
    'log.dirs': dataDir,
    'auto.create.topics.enable': 'false',
    // A consumer that was killed is missed after 3 s instead of 6, and a group's first member does not wait for others.
    'group.min.session.timeout.ms': '3000',
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'num.network.threads': '2',
    'num.io.threads': '4',
    // The default, 128 MiB, is taken at once and would be half of the heap.
    'log.cleaner.dedupe.buffer.size': '8388608',
    // Each partition has two index files of this size; with the default of 10 MiB hundreds of test topics fill a disk.
    'log.index.size.max.bytes': '1048576',
  }
}

import { freePorts, isKafkaReady } from '@imchannel/local-stack'
import { waitUntil } from '../wait-until.ts'
import { composeImage } from './compose-image.ts'
import { GenericContainer, RUN_LABEL } from './testcontainers.ts'

/** The Kafka of docker-compose.yml on a free port, with the settings that make tests quick (as local-stack has them). */
export async function startKafkaContainer(): Promise<{ brokers: string[]; stop: () => Promise<void> }> {
  const [port = 0] = await freePorts(1)
  const container = await new GenericContainer(await composeImage('kafka'))
    .withLabels(RUN_LABEL)
    // Known beforehand: clients come back to the address that the broker says it has.
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '3000',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '4',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_LOG_INDEX_SIZE_MAX_BYTES: '1048576',
      KAFKA_HEAP_OPTS: '-Xmx512m -Xms256m',
    })
    .start()
  const stop = async (): Promise<void> => void (await container.stop())
  await waitUntil(() => isKafkaReady(port), { timeoutMs: 90_000, what: 'Kafka in its container' }).catch(
    async (error: unknown) => {
      await stop()
      throw error
    },
  )
  return { brokers: [`127.0.0.1:${port}`], stop }
}

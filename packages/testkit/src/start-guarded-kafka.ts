import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka } from '@imchannel/local-stack'
import kafkajs, { type Admin } from 'kafkajs'

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } = kafkajs

/** A Kafka of its own, which allows everything of a topic until something is said of it. */
export interface GuardedKafka extends AsyncDisposable {
  readonly brokers: string[]
  /** From now on everybody may do so with the topic. The first call takes away everything else. */
  allow(topic: string, ...operations: ('describe' | 'read' | 'write')[]): Promise<void>
}

export async function startGuardedKafka(): Promise<GuardedKafka> {
  const dataDir = mkdtempSync(join(tmpdir(), 'guarded-kafka-'))
  const kafka = await startKafka({
    dataDir,
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'allow.everyone.if.no.acl.found': 'true',
      'group.min.session.timeout.ms': '1000',
    },
  })
  const brokers = [...kafka.brokers]
  const client = new Kafka({ clientId: 'testkit', brokers, logLevel: logLevel.NOTHING })
  async function withAdmin(work: (admin: Admin) => Promise<unknown>): Promise<void> {
    const admin = client.admin()
    await admin.connect()
    try {
      await work(admin)
    } finally {
      await admin.disconnect()
    }
  }
  return {
    brokers,
    allow: (topic, ...operations) =>
      withAdmin((admin) =>
        admin.createAcls({
          acl: operations.map((operation) => ({
            resourceType: AclResourceTypes.TOPIC,
            resourceName: topic,
            resourcePatternType: ResourcePatternTypes.LITERAL,
            principal: 'User:ANONYMOUS',
            host: '*',
            operation: NUMBERS[operation],
            permissionType: AclPermissionTypes.ALLOW,
          })),
        }),
      ),
    [Symbol.asyncDispose]: async () => {
      await kafka.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

const NUMBERS = {
  describe: AclOperationTypes.DESCRIBE,
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
} as const

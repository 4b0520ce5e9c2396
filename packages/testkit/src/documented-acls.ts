import { readFileSync } from 'node:fs'
import { checkout } from '@imchannel/local-stack'
import kafkajs, { type AclEntry } from 'kafkajs'

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } = kafkajs
const operations = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Create: AclOperationTypes.CREATE,
  Alter: AclOperationTypes.ALTER,
  Delete: AclOperationTypes.DELETE,
  Describe: AclOperationTypes.DESCRIBE,
}

/** The ACLs that docs/operations.md lists, as its `kafka-acls.sh` commands would make them, for another prefix of topics. */
export function documentedAcls(prefix: string): AclEntry[] {
  const page = readFileSync(`${checkout}docs/operations.md`, 'utf8')
  return [...page.matchAll(/^\$acl (.*)$/gm)].flatMap(([, line = '']) => entriesOf(line, prefix))
}

function entriesOf(line: string, prefix: string): AclEntry[] {
  const options = line
    .split('--')
    .map((option) => option.trim().split(/\s+/))
    .filter(([name]) => name !== '')
  const valuesOf = (wanted: string): string[] =>
    options.flatMap(([name, value]) => (name === wanted && value !== undefined ? [value] : []))
  const [principal = ''] = valuesOf('allow-principal')
  const isPrefixed = valuesOf('resource-pattern-type').includes('prefixed')
  const resources = [
    ...valuesOf('topic').map((name) => ({ resourceType: AclResourceTypes.TOPIC, name })),
    ...valuesOf('group').map((name) => ({ resourceType: AclResourceTypes.GROUP, name })),
  ]
  return resources.flatMap(({ resourceType, name }) =>
    valuesOf('operation').map((operation) => ({
      principal,
      host: '*',
      operation: operationOf(operation),
      permissionType: AclPermissionTypes.ALLOW,
      resourceType,
      resourceName: name.replace(/^imchannel(?=\.)/, prefix).replace(/\bshop\b/, `${prefix}.shop`),
      resourcePatternType: isPrefixed ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
    })),
  )
}

function operationOf(name: string): AclEntry['operation'] {
  // Own members alone: any other name is a mistake of the page.
  if (!Object.hasOwn(operations, name)) throw new Error(`docs/operations.md grants ${name}, which nothing needs`)
  return operations[name as keyof typeof operations] // checked in the line above
}

/** Grants and takes away, as a user who may. */
export interface Acls extends AsyncDisposable {
  grant(entries: readonly AclEntry[]): Promise<void>
  revoke(entry: AclEntry): Promise<void>
}

export async function openAcls(brokers: readonly string[]): Promise<Acls> {
  const admin = new Kafka({ clientId: 'acls', brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  return {
    grant: async (entries) => {
      await admin.createAcls({ acl: [...entries] })
    },
    revoke: async (entry) => {
      await admin.deleteAcls({ filters: [entry] })
    },
    [Symbol.asyncDispose]: () => admin.disconnect(),
  }
}

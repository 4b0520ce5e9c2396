import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'

const ALTER_USER_SCRAM_CREDENTIALS = 51
const ITERATIONS = 4096
const MECHANISMS = {
  'scram-sha-256': { type: 1, hash: 'sha256', bytes: 32 },
  'scram-sha-512': { type: 2, hash: 'sha512', bytes: 64 },
} as const

const compact = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length + 1]), bytes])
const NO_TAGS = Buffer.from([0])

/** Gives a user SCRAM credentials (KIP-554), which kafkajs cannot. A request takes a user but once. */
export async function createScramUser(broker: string, username: string, password: string): Promise<void> {
  for (const mechanism of Object.values(MECHANISMS)) {
    const code = await ask(broker, upsertRequest(username, password, mechanism), username)
    if (code !== 0) throw new Error(`Kafka refused SCRAM credentials with error ${code}`)
  }
}

type Mechanism = (typeof MECHANISMS)[keyof typeof MECHANISMS]

/** Every field is short enough for a length of one byte. */
function upsertRequest(username: string, password: string, { type, hash, bytes }: Mechanism): Buffer {
  const salt = randomBytes(16)
  const iterations = Buffer.alloc(4)
  iterations.writeInt32BE(ITERATIONS)
  const salted = pbkdf2Sync(password, salt, ITERATIONS, bytes, hash)
  const header = Buffer.from([0, ALTER_USER_SCRAM_CREDENTIALS, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0])
  const user = [
    compact(Buffer.from(username)),
    Buffer.from([type]),
    iterations,
    compact(salt),
    compact(salted),
    NO_TAGS,
  ]
  const [noDeletions, oneUpsertion] = [Buffer.from([1]), Buffer.from([2])]
  return Buffer.concat([header, noDeletions, oneUpsertion, ...user, NO_TAGS])
}

async function ask(broker: string, request: Buffer, username: string): Promise<number> {
  const [host = '', port = ''] = broker.split(':')
  const socket = connect({ host, port: Number(port) })
  const length = Buffer.alloc(4)
  length.writeInt32BE(request.length)
  socket.write(Buffer.concat([length, request]))
  let answer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    answer = Buffer.concat([answer, chunk])
    // Not before: to one who has hung up, a busy broker answers nothing.
    if (answer.length >= 4 && answer.length >= 4 + answer.readInt32BE(0)) socket.end()
  })
  await once(socket, 'close')
  // Length, correlation id, tags, throttle time, then an array of (user, error code, message).
  return answer.readInt16BE(4 + 4 + 1 + 4 + 1 + 1 + username.length)
}

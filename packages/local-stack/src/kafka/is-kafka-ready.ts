import { exchange } from '../process/exchange.ts'

const METADATA = 3
const VERSION = 4
const CORRELATION_ID = 0x494d4331
/** Length, correlation id, throttle time, number of brokers: four 32-bit integers. */
const ANSWER_BYTES = 16

/** Kafka opens its port long before it serves: it is ready when its metadata names a broker, itself. */
export async function isKafkaReady(port: number): Promise<boolean> {
  const answer = await exchange(port, metadataRequest(), ANSWER_BYTES)
  return answer !== undefined && answer.readInt32BE(4) === CORRELATION_ID && answer.readInt32BE(12) > 0
}

/** A metadata request for no topic at all: header version 1 without a client id, an empty array, no auto-creation. */
function metadataRequest(): Buffer {
  const request = Buffer.alloc(4 + 10 + 5)
  request.writeInt32BE(request.length - 4, 0)
  request.writeInt16BE(METADATA, 4)
  request.writeInt16BE(VERSION, 6)
  request.writeInt32BE(CORRELATION_ID, 8)
  request.writeInt16BE(-1, 12)
  return request
}

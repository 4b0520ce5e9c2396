import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@imchannel/local-stack'
import { expect, onTestFinished, test } from 'vitest'
import { createRedis } from '../src/index.ts'

const SWITCH = '+switch-master'

interface ScriptedSentinel {
  readonly port: number
  /** Keeps the next answer back that says who is the master; resolves once it was asked for. */
  holdNextAnswer(): Promise<{ answer(): void }>
  tellOfNewMaster(): void
}

/** A Sentinel that answers when the test says so. */
async function startScriptedSentinel(master: { host: string; port: number }): Promise<ScriptedSentinel> {
  const subscribers = new Set<Socket>()
  let held: PromiseWithResolvers<{ answer(): void }> | undefined
  const answerTo = (socket: Socket, [name = '', second = '']: readonly string[]): void => {
    const asked = `${name} ${second}`.trim().toLowerCase()
    const isMaster = asked === 'sentinel get-master-addr-by-name'
    if (isMaster && held !== undefined) {
      held.resolve({ answer: () => void socket.write(listOf(master.host, String(master.port))) })
      held = undefined
    } else if (isMaster) socket.write(listOf(master.host, String(master.port)))
    else if (asked === 'sentinel sentinels') socket.write('*0\r\n')
    else if (name.toLowerCase() === 'subscribe') {
      subscribers.add(socket.on('close', () => subscribers.delete(socket)))
      socket.write(`>3\r\n${bulk('subscribe')}${bulk(second)}:1\r\n`)
    } else socket.write('+OK\r\n')
  }
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      for (const command of commandsIn(bytes.toString())) answerTo(socket, command)
    })
  })
  await listening(server)
  onTestFinished(() => void server.close())
  return {
    port: (server.address() as AddressInfo).port,
    holdNextAnswer: () => {
      held = Promise.withResolvers()
      return held.promise
    },
    tellOfNewMaster: () => {
      for (const socket of subscribers)
        socket.write(`>3\r\n${['message', SWITCH, 'mymaster 127.0.0.1 1 127.0.0.1 2'].map(bulk).join('')}`)
    },
  }
}

async function listening(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
}

const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`
const listOf = (...texts: readonly string[]): string => `*${texts.length}\r\n${texts.map(bulk).join('')}`

/** Commands as clients write them: arrays of bulk strings, whole in each packet here. */
function commandsIn(packet: string): string[][] {
  return packet
    .split(/\*\d+\r\n/)
    .slice(1)
    .map((command) => [...command.matchAll(/\$\d+\r\n(.*)\r\n/g)].map(([, text = '']) => text))
}

test('the news of a new master, while it is being asked for, ends no client', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imchannel-sentinel-news-'))
  const server = await startRedis({ dataDir: folder })
  onTestFinished(async () => {
    await server.kill()
    await rm(folder, { recursive: true, force: true })
  })
  const { hostname: host, port } = new URL(server.url)
  const sentinel = await startScriptedSentinel({ host, port: Number(port) })
  const redis = createRedis(
    { sentinel: { name: 'mymaster', nodes: [{ host: '127.0.0.1', port: sentinel.port }] } },
    { name: 'test', onError: () => undefined },
  )
  onTestFinished(() => redis.disconnect())
  const other = createRedis({ url: server.url }, { name: 'other', onError: () => undefined })
  onTestFinished(() => other.disconnect())
  await redis.set('key', 'before')

  const asked = sentinel.holdNextAnswer()
  await other.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  const question = await asked
  sentinel.tellOfNewMaster()
  question.answer()
  await expect.poll(() => redis.set('key', 'after').catch(String)).toBe('OK')
})

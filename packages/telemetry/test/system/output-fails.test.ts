import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { checkout, PROGRAMS } from '@imchannel/local-stack'
import { startTestSystem, type TestSystem, uniqueName, uniqueNumber, waitUntil } from '@imchannel/testkit'
import { afterEach, describe, expect, it } from 'vitest'

const services = ['ingress', 'dispatcher', 'media-server'] as const
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let children: ChildProcess[] = []
let system: TestSystem | undefined

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await system?.[Symbol.asyncDispose]()
})

/** The three services, whose output goes nowhere, around a customer's phone that works. */
async function startWith(outputOf: () => 'pipe' | number): Promise<TestSystem> {
  const started = await startTestSystem({
    parts: ['emulator'],
    emulator: { behaviour: { deliverAfterMs: 10, seenAfterMs: 10, sessionWindow: 'off' } },
  })
  system = started
  children = services.map((service) => {
    const output = outputOf()
    const child = spawn(process.execPath, [PROGRAMS[service]], {
      cwd: checkout,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        IMCHANNEL_CONFIG: started.configFile,
        PORT: new URL(started.urls[service]).port,
      },
      stdio: ['ignore', output, output],
    })
    // Nobody reads: the first write into the pipe breaks it.
    child.stdout?.destroy()
    child.stderr?.destroy()
    return child
  })
  for (const service of services) {
    await waitUntil(async () => (await fetch(`${started.urls[service]}/readyz`)).ok, {
      what: `${service} ready`,
      timeoutMs: 60_000,
    })
  }
  return started
}

/** A webhook, a command with a media item, its fetch and its reports: each service does what it is for, and prints. */
async function talk(running: TestSystem): Promise<void> {
  const { tenant, number: from } = running
  const to = uniqueNumber()
  await running.customerWrites({ from: to, name: 'Teresa Gomes', text: 'Is anybody there?' })
  const media = { base64: png.toString('base64'), contentType: 'image/png' }
  await running.botSends([{ value: { id: uniqueName('c'), tenant, from, to, content: { type: 'image', media } } }])
  await waitUntil(
    async () => {
      const { messages } = await running.ask<{ messages: { state: string; media?: unknown }[] }>(
        `messages?customer=${to}&direction=to-customer`,
      )
      return messages.some(({ state }) => state === 'seen')
    },
    { what: 'the picture is seen' },
  )
}

async function end(): Promise<(number | null)[]> {
  return Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      child.kill('SIGTERM')
      await once(child, 'exit')
      return child.exitCode
    }),
  )
}

describe('every service works, and ends cleanly when it is asked to', () => {
  it('while nobody reads what it prints', async () => {
    const running = await startWith(() => 'pipe')
    for (let round = 0; round < 2; round++) await talk(running)
    expect(await end()).toEqual([0, 0, 0])
  })

  it('while the disk of its log is full', async ({ skip }) => {
    if (!existsSync('/dev/full')) skip('this machine has no /dev/full, which refuses every write with ENOSPC')
    const running = await startWith(() => openSync('/dev/full', 'w'))
    for (let round = 0; round < 2; round++) await talk(running)
    expect(await end()).toEqual([0, 0, 0])
  })
})

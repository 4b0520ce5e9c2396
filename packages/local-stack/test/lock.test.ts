import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tryLock, withLock } from '../src/cache/lock.mjs'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imchannel-lock-'))
  file = join(folder, 'run.lock')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a lock that is held tells by whom, and is free once released', () => {
  const lock = tryLock(file)
  if (!('release' in lock)) throw new Error('not free')
  expect(tryLock(file)).toMatchObject({ heldBy: { pid: process.pid } })
  lock.release()
  expect(tryLock(file)).toHaveProperty('release')
})

test('a dead owner does not hold a lock', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  writeFileSync(file, JSON.stringify({ pid: child.pid, startedAt: '1', token: 'dead' }))
  expect(tryLock(file)).toHaveProperty('release')
})

test('a process that has got the number of a dead owner is not taken for it', () => {
  writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: 'long ago', token: 'dead' }))
  expect(tryLock(file)).toHaveProperty('release')
})

test('those who wait get it one at a time, and leave nothing behind', async () => {
  let inside = 0
  let most = 0
  const work = async (): Promise<void> => {
    inside++
    most = Math.max(most, inside)
    await new Promise(setImmediate)
    inside--
  }
  await Promise.all([withLock(file, work), withLock(file, work), withLock(file, work)])
  expect([most, readdirSync(folder)]).toEqual([1, []])
})

import { execFileSync } from 'node:child_process'
import { Worker } from 'node:worker_threads'
import { expect, inject, it } from 'vitest'

it('a test of the project “unit” is given no server, and can start neither a process nor a worker', () => {
  const refused = expect.objectContaining({ code: 'ERR_ACCESS_DENIED' })
  expect(() => execFileSync(process.execPath, ['--version'])).toThrow(refused)
  expect(() => new Worker('', { eval: true })).toThrow(refused)
  expect(inject('kafkaBrokers')).toBeUndefined()
})

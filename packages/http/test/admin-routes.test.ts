import express from 'express'
import { afterEach, describe, expect, it } from 'vitest'
import { adminRoutes, type AdminOptions, createHttpServer, type HttpServer } from '../src/index.ts'

let server: HttpServer | undefined

afterEach(() => server?.stop())

async function ask(
  path: string,
  options: Partial<AdminOptions> = {},
): Promise<{ status: number; body: string; type: string | null }> {
  const routes = adminRoutes({ checks: {}, draining: () => false, metrics: async () => 'a_total 1\n', ...options })
  server = createHttpServer({ handler: express().use(routes), host: '127.0.0.1', port: 0 })
  await server.start()
  const answer = await fetch(`${server.url()}${path}`)
  return { status: answer.status, body: await answer.text(), type: answer.headers.get('content-type') }
}

const fine = async (): Promise<void> => undefined
const away = async (): Promise<void> => {
  throw new Error('no answer')
}

describe('/readyz', () => {
  it('is 200 when everything answers', async () => {
    expect(await ask('/readyz', { checks: { kafka: fine, redis: fine } })).toMatchObject({
      status: 200,
      body: '{"status":"ready"}',
    })
  })

  it('is 503 with the names of what does not answer', async () => {
    const { status, body, type } = await ask('/readyz', { checks: { kafka: fine, redis: away, other: away } })
    expect([status, type]).toEqual([503, 'application/problem+json'])
    expect(JSON.parse(body)).toMatchObject({ code: 'not_ready', detail: 'redis: no answer; other: no answer' })
  })

  it('is 503 when a check hangs', async () => {
    const { status, body } = await ask('/readyz', { checks: { redis: () => new Promise(() => undefined) } })
    expect([status, JSON.parse(body)]).toEqual([
      503,
      expect.objectContaining({ detail: 'redis: no answer within 900 ms' }),
    ])
  })

  it('is 503 from the moment on that the service drains', async () => {
    const { status, body } = await ask('/readyz', { checks: { kafka: fine }, draining: () => true })
    expect([status, JSON.parse(body)]).toEqual([503, expect.objectContaining({ code: 'draining' })])
  })
})

describe('/livez', () => {
  it('asks no dependency', async () => {
    expect(await ask('/livez', { checks: { kafka: away } })).toMatchObject({ status: 200, body: '{"status":"alive"}' })
  })

  it('is 503 where the process says that it should be replaced', async () => {
    expect((await ask('/livez', { alive: away })).status).toBe(503)
  })
})

describe('/metrics', () => {
  it('is Prometheus’s text', async () => {
    expect(await ask('/metrics')).toEqual({
      status: 200,
      body: 'a_total 1\n',
      type: 'text/plain; version=0.0.4; charset=utf-8',
    })
  })
})

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const fixture = fileURLToPath(new URL('fixtures/quiet.ts', import.meta.url))

async function loadedWith(
  env: Record<string, string>,
): Promise<{ tracing: boolean; traceparent: boolean; loaded: string[] }> {
  const { stdout } = await promisify(execFile)(process.execPath, [fixture], {
    env: { PATH: process.env['PATH'], ...env },
  })
  return JSON.parse(stdout) as { tracing: boolean; traceparent: boolean; loaded: string[] } // printed by the fixture
}

describe('tracing', () => {
  it('is off and its SDK not loaded without an endpoint', async () => {
    expect(await loadedWith({})).toEqual({ tracing: false, traceparent: false, loaded: [] })
  })

  it.each([{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }])('is off with %o', async (off) => {
    expect(await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', ...off })).toMatchObject({
      tracing: false,
      loaded: [],
    })
  })

  it('is on with an endpoint, and ends in time although nobody answers there', async () => {
    expect(await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })).toMatchObject({
      tracing: true,
      traceparent: true,
    })
  })

  it('follows OTEL_TRACES_SAMPLER', async () => {
    expect(
      await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_SAMPLER: 'always_off' }),
    ).toMatchObject({
      tracing: true,
      traceparent: false,
    })
  })
})

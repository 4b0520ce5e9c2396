import { afterAll, expect } from 'vitest'
import { LEAK_WATCH_ENDPOINT, observe } from './leak-watch.ts'

/** What is worth a search: texts that end. Media are bytes of somebody else, and large. */
const text = /json|text\/(?!event-stream)|xml|urlencoded/
const LONGEST = 1024 * 1024

// Loaded by vitest before each test file: every answer that a test gets is kept for the search at the end of the run.
const answers: string[] = []
const plainFetch = globalThis.fetch
globalThis.fetch = async (...args) => {
  const answer = await plainFetch(...args)
  const { headers } = answer
  answers.push(JSON.stringify([...headers]))
  const isShort = Number(headers.get('content-length') ?? 0) < LONGEST
  if (answer.body !== null && isShort && text.test(headers.get('content-type') ?? ''))
    void answer
      .clone()
      .text()
      .then((body) => answers.push(body))
      // Cut on purpose: the test has the same error.
      .catch(() => undefined)
  return answer
}
afterAll(() => observe('HTTP answers', answers.join('\n')))

// Faults are where an error message says too much: there, services send spans, which are searched as well. Elsewhere tests
// say themselves where spans go, and never to the Jaeger of whoever runs them.
const isFaults = /\/faults\//.test(expect.getState().testPath ?? '')
const endpoint = process.env[LEAK_WATCH_ENDPOINT]
delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT']
if (isFaults && endpoint !== undefined) {
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = endpoint
  process.env['OTEL_BSP_SCHEDULE_DELAY'] = '200'
}

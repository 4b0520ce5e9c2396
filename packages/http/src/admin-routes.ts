import { Router } from 'express'
import { sendProblem } from './send-problem.ts'

export interface AdminOptions {
  /** Each dependency that the service cannot work without; rejects while it is away. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>
  /** True from the first signal on: `/readyz` is 503 then. */
  readonly draining: () => boolean
  /** The text of `/metrics`. */
  readonly metrics: () => Promise<string>
  /** Rejects where the process should be replaced; default: it is alive if it answers. */
  readonly alive?: () => Promise<void>
}

/** A probe waits for one second by default; a check that hangs is one that fails. */
const CHECK_LIMIT_MS = 900

/** `GET /livez`, `/readyz` (503 with the failing parts' names) and `/metrics`. */
export function adminRoutes(options: AdminOptions): Router {
  const { checks, draining, metrics, alive } = options
  const router = Router()

  router.get('/livez', async (_request, response) => {
    const failure = alive && (await failureOf(alive))
    if (failure === undefined) response.json({ status: 'alive' })
    else sendProblem(response, { status: 503, code: 'not_alive', title: 'Not alive', detail: failure })
  })

  router.get('/readyz', async (_request, response) => {
    if (draining())
      return sendProblem(response, {
        status: 503,
        code: 'draining',
        title: 'Draining',
        detail: 'the service is being stopped',
      })
    const failures = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        const failure = await failureOf(check)
        return failure === undefined ? [] : [`${name}: ${failure}`]
      }),
    )
    const failed = failures.flat()
    if (failed.length === 0) response.json({ status: 'ready' })
    else sendProblem(response, { status: 503, code: 'not_ready', title: 'Not ready', detail: failed.join('; ') })
  })

  router.get('/metrics', async (_request, response) => {
    response.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics())
  })

  return router
}

async function failureOf(check: () => Promise<void>): Promise<string | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(() => resolve(`no answer within ${CHECK_LIMIT_MS} ms`), CHECK_LIMIT_MS)
  const done = check().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  const failure = await Promise.race([done, late])
  clearTimeout(timer)
  return failure
}

// Asks the process in this container whether it lives: exit 0 or 1.
const port = process.env.ADMIN_PORT ?? process.env.PORT
const scheme = process.env.HEALTHCHECK_SCHEME ?? 'http'
const answer = await fetch(`${scheme}://127.0.0.1:${port}/livez`, { signal: AbortSignal.timeout(3_000) }).catch(
  () => undefined,
)
process.exitCode = answer?.ok === true ? 0 : 1

// Asks the process in this container whether it lives: exit 0 or 1.
const { HEALTH_PORT, ADMIN_PORT, PORT, HEALTHCHECK_SCHEME = 'http' } = process.env
const url = `${HEALTHCHECK_SCHEME}://127.0.0.1:${HEALTH_PORT ?? ADMIN_PORT ?? PORT}/livez`
const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) }).catch(() => undefined)
process.exitCode = answer?.ok === true ? 0 : 1

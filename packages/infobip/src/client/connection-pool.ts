import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'

interface PoolOptions {
  /** How long an unused connection is kept. It must be below the server's own limit, or a request meets a closed socket. */
  idleMs: number
  /** Unused connections kept for each origin. */
  maxIdle: number
}

/** Keep-alive agents for both protocols. A server's `Keep-Alive: timeout` hint that is shorter than `idleMs` wins. */
export function createConnectionPool(options: PoolOptions): {
  agents: { http: HttpAgent; https: HttpsAgent }
  close(): void
} {
  // On an agent `timeout` ends idle sockets; the limit of an open request is the request's own.
  const settings = { keepAlive: true, maxFreeSockets: options.maxIdle, timeout: options.idleMs }
  const http = new HttpAgent(settings)
  // Said, so that NODE_TLS_REJECT_UNAUTHORIZED does not send keys to whoever answers.
  const https = new HttpsAgent({ ...settings, minVersion: 'TLSv1.2', rejectUnauthorized: true })
  return {
    agents: { http, https },
    close: () => {
      http.destroy()
      https.destroy()
    },
  }
}

import { createServer } from 'node:http'

/** Answers 200 to whoever asks once `ready` was called, 503 before: for `docker compose up --wait` and probes. It holds no process up. */
export function serveHealth(port: number): { ready(): void } {
  let status = 503
  createServer((_, response) => response.writeHead(status).end())
    .listen(port)
    .unref()
  return {
    ready() {
      status = 200
    },
  }
}

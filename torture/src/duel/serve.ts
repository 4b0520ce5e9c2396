import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BLOWS, isBlow } from './blows.ts'
import type { Match } from './match.ts'

export interface BreakServer extends AsyncDisposable {
  readonly url: string
}

const FILES: Readonly<Record<string, readonly [string, string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
}
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/**
 * The page on which everybody may break both gateways, on loopback alone. It kills processes: so it answers who has the token of the
 * link, asks by a name of this machine (a page of elsewhere whose name leads here is not one), and comes from no other page.
 */
export async function serveBreakIt(
  match: Match,
  { token, port }: { token: string; port: number },
): Promise<BreakServer> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://page')
    const refused = refusalOf(request)
    if (refused !== undefined) return answer(response, 403, { error: refused })
    const file = FILES[url.pathname]
    // What they say is no secret, and a browser asks for them without the token.
    if (file !== undefined && request.method === 'GET') return sendFile(response, file)
    if (!isSame(request.headers['x-break-token'], token))
      return answer(response, 403, { error: 'open the link that npm start prints: it has the token' })
    if (url.pathname === '/state' && request.method === 'GET') return answer(response, 200, match.state())
    if (request.method !== 'POST') return answer(response, 404, { error: 'there is no such page' })
    act(match, url.pathname, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  // `as`: a server that listens on TCP has an address with a port.
  const { port: own } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${own}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await match.close()
    },
  }
}

function act(match: Match, path: string, response: ServerResponse): void {
  const blow = /^\/strike\/(\w+)$/.exec(path)?.[1]
  if (path === '/start') match.start()
  else if (path === '/random') match.strikeAtRandom()
  else if (path === '/settle') match.settle()
  else if (blow !== undefined && isBlow(blow)) match.strike(blow)
  else return answer(response, 404, { error: `there is no such blow; there are ${Object.keys(BLOWS).join(', ')}` })
  answer(response, 202, match.state())
}

function refusalOf({ headers }: IncomingMessage): string | undefined {
  const host = (headers.host ?? '').toLowerCase()
  if (!LOOPBACK.test(host)) return 'this page is asked for by a name of this machine'
  const { origin } = headers
  return origin === undefined || URL.parse(origin)?.host === host ? undefined : 'another page may not strike'
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** In a time that says nothing of how much is right. */
function isSame(given: string | string[] | undefined, token: string): boolean {
  return typeof given === 'string' && timingSafeEqual(hash(given), hash(token))
}

function sendFile(response: ServerResponse, [name, type]: readonly [string, string]): void {
  response.writeHead(200, { ...HEADERS, 'content-type': type })
  response.end(readFileSync(new URL(`../../page/${name}`, import.meta.url)))
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

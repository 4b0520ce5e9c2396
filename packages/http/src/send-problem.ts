import type { ServerResponse } from 'node:http'
import { drainRequest } from './drain-request.ts'

/** RFC 9457. */
export interface Problem {
  readonly status: number
  /** Names the kind of problem for programs; in the body as `code`, and what `type` ends in. */
  readonly code: string
  readonly title: string
  /** What is wrong with this request, and what to do. Never a secret, never a stack. */
  readonly detail?: string
  /** Sent as `Retry-After`. */
  readonly retryAfterS?: number
  readonly headers?: Readonly<Record<string, string>>
}

export interface SendProblemOptions {
  /** How long the connection is not read after the answer: a client that sends again at once costs less that way. */
  readonly pauseMs?: number
}

const ignore = (): void => undefined

/**
 * Answers with `application/problem+json`; does nothing where an answer has begun. Where the client is still sending its body the
 * answer leaves at once, and the response ends once the body has been read and forgotten: Node closes a connection that is not
 * kept when the response ends, and the reset would take the answer with it.
 */
export function sendProblem(
  response: ServerResponse,
  problem: Problem,
  { pauseMs = 0 }: SendProblemOptions = {},
): void {
  if (response.headersSent || response.destroyed) return
  const { status, retryAfterS, headers = {} } = problem
  const body = problemBody(problem)
  response.statusCode = status
  response.setHeader('Content-Type', 'application/problem+json')
  response.setHeader('Content-Length', body.length)
  if (retryAfterS !== undefined) response.setHeader('Retry-After', String(Math.max(1, Math.ceil(retryAfterS))))
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (hasNothingLeft(response) && pauseMs === 0) response.end(body)
  else endOnceRead(response, body, pauseMs)
}

function hasNothingLeft({ req: request }: ServerResponse): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers
  return request.readableEnded || request.destroyed || (coding === undefined && Number(length) === 0)
}

function endOnceRead(response: ServerResponse, body: Buffer, pauseMs: number): void {
  const { req: request } = response
  // A client that leaves in the middle is nobody's error.
  request.on('error', ignore).once('end', () => response.end())
  response.write(body)
  if (pauseMs === 0) return drainRequest(request)
  const { socket } = request
  socket.pause()
  const timer = setTimeout(() => {
    socket.resume()
    if (request.readableEnded) response.end()
    else drainRequest(request)
  }, pauseMs)
  response.once('close', () => clearTimeout(timer))
}

/** The JSON of `application/problem+json`. */
export function problemBody({ status, code, title, detail }: Problem): Buffer {
  return Buffer.from(
    JSON.stringify({
      type: `urn:imchannel:problem:${code}`,
      title,
      status,
      code,
      ...(detail === undefined ? {} : { detail }),
    }),
  )
}

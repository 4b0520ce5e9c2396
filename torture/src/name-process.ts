// Preloaded into the services: each request that one makes says whose it is, and since when. The product knows nothing of it.
import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'

subscribe('http.client.request.created', (message) => {
  // `as`: what the documentation of Node.js says of this channel.
  const { request } = message as { request: ClientRequest }
  request.setHeader('x-torture-process', process.env['TORTURE_PROCESS'] ?? '')
  request.setHeader('x-torture-made-at', String(Date.now()))
})

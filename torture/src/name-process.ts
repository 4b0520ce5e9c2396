// Preloaded into the services: each request to Infobip says whose it is, and since when. The product knows nothing of it.
import { subscribe } from 'node:diagnostics_channel'

subscribe('undici:request:create', (message) => {
  // `as`: what the documentation of undici says of this channel.
  const { request } = message as { request: { addHeader(name: string, value: string): void } }
  request.addHeader('x-torture-process', process.env['TORTURE_PROCESS'] ?? '')
  request.addHeader('x-torture-made-at', String(Date.now()))
})

import { fileURLToPath } from 'node:url'
import express, { type RequestHandler, Router } from 'express'

/** Nothing from elsewhere, nothing inline, no text taken for markup. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** On every answer: what the browser may do with it, and that nothing of it is kept. */
export const secureHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  })
  next()
}

/** The page at `/`, and at `/lib` the library that it is drawn with: plain files, served as they are. */
export function servePage(): RequestHandler {
  // By its place: Node would resolve the name to what is made for servers.
  return Router().use('/lib', filesOf('../../node_modules/lit-html/')).use(filesOf('../../page/'))
}

function filesOf(folder: string): RequestHandler {
  return express.static(fileURLToPath(new URL(folder, import.meta.url)), {
    index: 'index.html',
    setHeaders: (response) => response.setHeader('cache-control', 'no-cache'),
  })
}

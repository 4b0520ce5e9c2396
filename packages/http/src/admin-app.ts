import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { type AdminOptions, adminRoutes } from './admin-routes.ts'
import { sendProblem } from './send-problem.ts'

/** Health and metrics on a port of their own, and nothing else: every other path is a problem, no banner, no stack. */
export function createAdminApp(admin: AdminOptions, onError: (error: unknown) => void): Express {
  const app = bareExpress().use(adminRoutes(admin))
  app.use((_request: Request, response: Response) => {
    sendProblem(response, { status: 404, code: 'unknown_path', title: 'Unknown path' })
  })
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const isBad = isBadPath(error)
    if (!isBad) onError(error)
    sendProblem(
      response,
      isBad
        ? { status: 400, code: 'bad_path', title: 'Bad path' }
        : { status: 500, code: 'internal_error', title: 'Internal error' },
    )
  })
  return app
}

/** express without a version banner, ETags for answers of a few bytes, and the parsing of queries that nothing reads. */
export function bareExpress(): Express {
  return express().disable('x-powered-by').disable('etag').enable('case sensitive routing').set('query parser', false)
}

/** Whether an error is express's about a path that is not well encoded. */
export function isBadPath(error: unknown): boolean {
  return error instanceof URIError
}

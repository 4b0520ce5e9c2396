export { adminRoutes, type AdminOptions } from './admin-routes.ts'
export { createHttpServer, type HttpServer, type HttpServerOptions, type ServerTls } from './create-http-server.ts'
export { isInRange, remoteAddress } from './remote-address.ts'
export { type Problem, sendProblem } from './send-problem.ts'

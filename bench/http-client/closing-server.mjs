// Answers as Infobip's omni does, and closes each connection that is idle for so many ms without having said so before.
import { createServer } from 'node:http'

const idleMs = Number(process.argv[2])
const answer = Buffer.from(JSON.stringify({ messages: [{ messageId: 'm', status: { groupId: 1, id: 26 } }] }))
const answered = new WeakMap()
const server = createServer((request, response) => {
  const { socket } = request
  answered.set(socket, undefined)
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
    response.end(answer, () => {
      const at = Symbol('answer')
      answered.set(socket, at)
      // Unless another request has come meanwhile.
      setTimeout(() => answered.get(socket) === at && socket.end(), idleMs)
    })
  })
})
// Its hint is of no use, as that of a balancer before it.
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port))
process.on('disconnect', () => process.exit(0))

// Answers every POST as Infobip's omni does; a process of its own, so that only the client's CPU is measured.
import { createServer } from 'node:http'

const answer = Buffer.from(
  JSON.stringify({
    messages: [
      {
        to: { phoneNumber: '39123456789' },
        status: { groupId: 1, groupName: 'PENDING', id: 26, name: 'PENDING_ACCEPTED', description: 'Pending Accepted' },
        messageId: '2ba3ac35-6c5c-4ff5-9d2e-3f6c3d1bb6f2',
      },
    ],
  }),
)
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json;charset=utf-8', 'content-length': answer.length })
    response.end(answer)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port))
process.on('disconnect', () => process.exit(0))

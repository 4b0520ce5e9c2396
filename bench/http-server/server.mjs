// Reads a webhook's JSON and answers `{}`, by the server that is named: what a webhook costs before anything is done with it.
import { createServer as createHttpServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import express from 'express'

const servers = {
  express() {
    const app = express()
    app.post('/:tenant/imchannel/:kind', express.json(), (request, response) => {
      response.json(answerTo(request.body))
    })
    return createHttpServer(app)
  },
  'node:http': () =>
    createHttpServer((request, response) => {
      const chunks = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        const answer = JSON.stringify(answerTo(JSON.parse(Buffer.concat(chunks).toString())))
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
        response.end(answer)
      })
    }),
  // No HTTP server anybody should run: it trusts the client in everything. It shows what is left where parsing HTTP costs next to nothing.
  'node:net': () =>
    createTcpServer((socket) => {
      let text = ''
      socket.setEncoding('latin1').on('data', (part) => {
        text += part
        for (;;) {
          const head = text.indexOf('\r\n\r\n')
          if (head === -1) return
          const end = head + 4 + Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0)
          if (text.length < end) return
          const body = text.slice(head + 4, end)
          const answer = JSON.stringify(body === '' ? {} : answerTo(JSON.parse(body)))
          text = text.slice(end)
          socket.write(
            `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`,
          )
        }
      })
      socket.on('error', () => undefined)
    }),
}

/** @returns an empty answer for a body that has results: none may be answered unread */
function answerTo(body) {
  return body.results.length > 0 ? {} : undefined
}

servers[process.argv[2]]().listen(0, '127.0.0.1', function listening() {
  process.send(this.address().port)
})
process.on('disconnect', () => process.exit(0))

import { connect } from 'node:net'

/** Sends bytes and gives the first `length` bytes of the answer; undefined when there is none in time. */
export function exchange(port: number, request: Buffer, length: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let received = Buffer.alloc(0)
    const end = (answer: Buffer | undefined): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(2_000, () => end(undefined))
    socket.once('error', () => end(undefined))
    socket.once('close', () => end(undefined))
    socket.once('connect', () => socket.write(request))
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      if (received.length >= length) end(received)
    })
  })
}

import { connect } from 'node:net'

/** One command on a connection of its own, and what is answered, as it stands on the wire. */
export function askRedis(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => (answer += text))
    socket.on('close', () => (answer.startsWith('-') ? reject(new Error(answer.trim())) : resolve(answer)))
    socket.on('error', reject)
    socket.end(`${command}\r\nQUIT\r\n`)
  })
}

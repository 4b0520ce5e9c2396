// Run as a program of its own: the client never settles when a connection breaks off, so its parent has to be able to end it.
// usage: node download-artifacts.mjs FOLDER COORDINATES... — prints the coordinates of each file that has arrived
import mvn from 'mvn-artifact-download'

const AT_ONCE = 6
const [folder, ...coordinates] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: download-artifacts.mjs FOLDER COORDINATES...')

const waiting = [...coordinates]
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await mvn.default(next, folder)
      process.stdout.write(`${next}\n`)
    }
  }),
)

/**
 * Our standard input is a pipe that the bootstrap holds: its end is the bootstrap's death. Then this process goes at once,
 * and the reaper ends what it leaves behind.
 */
export function dieWithParent(): void {
  process.stdin.on('end', () => process.exit(1))
  process.stdin.on('error', () => process.exit(1))
  process.stdin.resume()
}

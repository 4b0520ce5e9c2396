/**
 * Thrown where going on would be worse than stopping: something that this process guarantees to itself does not hold.
 * `run()` ends the process with exit code 70 and the message as its last line.
 */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant'
}

/** RFC 3339 in UTC. */
export function timeText(atMs: number): string {
  return new Date(atMs).toISOString()
}

/** What an orchestrator or a launcher can tell from how a process ended. */
export const exitCodes = {
  clean: 0,
  failedStart: 1,
  /** EX_SOFTWARE of sysexits(3): a bug, a broken invariant or a drain that never ended. */
  broken: 70,
  /** 128 + the signal's number, as shells report it. */
  SIGINT: 130,
  SIGTERM: 143,
} as const

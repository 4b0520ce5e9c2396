/** Kafka's own characters for names of groups and topics: the group is part of the dead letters' topic and of each command's id. */
const GROUP = /^[A-Za-z0-9._-]{1,128}$/
const KEY = /^[\x21-\x7e]{1,64}$/

/** @throws when the name cannot be a part of ids and topics */
export function requireGroupId(groupId: string): string {
  if (GROUP.test(groupId)) return groupId
  throw new TypeError(`groupId "${groupId}": give 1 to 128 of letters, digits, ".", "_" and "-"`)
}

/**
 * The id of a command that answers an event: the same for the same bot, event and reply, so that a handler that runs again after a crash
 * writes commands that the dispatcher has seen. `reply` is its place among the handler's replies from 1 on, or a name.
 */
export function replyId(groupId: string, eventId: string, reply: number | string): string {
  if (typeof reply === 'string' && !KEY.test(reply)) {
    throw new TypeError(`key "${reply}": give 1 to 64 printable ASCII characters without spaces`)
  }
  return `${groupId}:${eventId}:${reply}`
}

/** The id of a command that answers nothing. `id` is the caller's: the same message twice has to have the same. */
export function sendId(groupId: string, id: string): string {
  return `${groupId}::${id}`
}

/** Whether a command is this bot's. */
export function isOwn(groupId: string, commandId: string): boolean {
  return commandId.startsWith(`${groupId}:`)
}

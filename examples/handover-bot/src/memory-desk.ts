import type { Desk } from './desk.ts'

/** A desk that is a terminal: what is handed over is printed, and a restart forgets it. */
export function memoryDesk(print: (line: string) => void): Desk {
  const withPerson = new Set<string>()
  const shown = new Set<string>()
  return {
    isWithPerson: async (conversation) => withPerson.has(conversation),
    handOver: async ({ conversation, name, said }) => {
      if (withPerson.has(conversation)) return
      withPerson.add(conversation)
      print(`${conversation} (${name ?? 'no name'}) asks for a person: ${said}`)
    },
    show: async ({ id, conversation, text }) => {
      if (shown.has(id)) return
      shown.add(id)
      print(`${conversation}: ${text}`)
    },
    takeBack: async (conversation) => {
      withPerson.delete(conversation)
      print(`${conversation} is with the bot again`)
    },
  }
}

/**
 * Every way in which WhatsApp and Infobip may write one person's number, itself first. Numbers come back otherwise than they were
 * dialled in Brazil (the ninth digit of mobile numbers), Mexico (521 and 52) and Argentina (549 and 54, a dialled 15). They are for
 * looking up, never for writing to: what a bot gave is sent to, what Infobip gave is reported.
 *
 * @param number digits alone
 */
export function spellingsOf(number: string): readonly string[] {
  const others = [...brazil(number), ...mexico(number), ...argentina(number)].filter((one) => one !== number)
  return [number, ...new Set(others)]
}

/** Fixed lines begin with 2 to 5, and never had a ninth digit. */
function brazil(number: string): string[] {
  const long = /^(55[1-9]\d)9([6-9]\d{7})$/.exec(number)
  if (long !== null) return [`${long[1]}${long[2]}`]
  const short = /^(55[1-9]\d)([6-9]\d{7})$/.exec(number)
  return short === null ? [] : [`${short[1]}9${short[2]}`]
}

function mexico(number: string): string[] {
  const match = /^521?(\d{10})$/.exec(number)
  return match === null ? [] : [`52${match[1]}`, `521${match[1]}`]
}

/** Area and number are ten digits together; the area is 11, or has three or four digits. */
function argentina(number: string): string[] {
  const match = /^549?([1-9]\d{9})$/.exec(number)
  const plain = match?.[1] === undefined ? withoutFifteen(number) : [match[1]]
  return plain.flatMap((one) => [
    `54${one}`,
    `549${one}`,
    ...areas(one).map((area) => `54${area}15${one.slice(area.length)}`),
  ])
}

function withoutFifteen(number: string): string[] {
  if (!/^54[1-9]\d{11}$/.test(number)) return []
  const national = number.slice(2)
  return areas(national)
    .filter((area) => national.startsWith('15', area.length))
    .map((area) => `${area}${national.slice(area.length + 2)}`)
}

function areas(national: string): string[] {
  return (national.startsWith('11') ? [2] : [3, 4]).map((length) => national.slice(0, length))
}

import { createHash } from 'node:crypto'

/** A Lua script on one key, and the SHA-1 by which Redis knows it. */
export interface Script {
  source: string
  sha: string
}

function script(body: string): Script {
  const source = `${PRELUDE}\n${body}`
  return { source, sha: createHash('sha1').update(source).digest('hex') }
}

/**
 * Shared by all: the fields of a stored value, Redis's own clock (the instances' clocks never meet), and one way to
 * write. Every script answers `{ verdict, stored value, now }`.
 */
const PRELUDE = `
local function fields(v)
  local s, o, at, tries, strikes, seen, rest = string.match(v, '^1|(%a)|([^|]*)|(%d+)|(%d+)|(%d+)|(%d)|(.*)$')
  if not s then return nil end
  local ident, outcome = string.match(rest, '^([^|]*|[^|]*|[^|]*|[^|]*|[^|]*)|?(.*)$')
  if not ident then return nil end
  return { s = s, o = o, at = at, tries = tonumber(tries), strikes = tonumber(strikes), seen = seen, ident = ident, outcome = outcome }
end
local t = redis.call('TIME')
local now = string.format('%d', t[1] * 1000 + math.floor(t[2] / 1000))
local key = KEYS[1]
local v = redis.call('GET', key)
local e = v and fields(v)
local function answer(verdict) return { verdict, v, now } end
local function write(x, ttl)
  v = table.concat({ '1', x.s, x.o, x.at, string.format('%d', x.tries), string.format('%d', x.strikes), x.seen, x.ident }, '|')
  if x.outcome and x.outcome ~= '' then v = v .. '|' .. x.outcome end
  if ttl then redis.call('SET', key, v, 'PX', ttl) else redis.call('SET', key, v, 'KEEPTTL') end
end
if v and not e then return answer('foreign') end
`

/** No ARGV: what is there, by the clock of the server that holds it. */
export const LOOK = script(`return answer('look')`)

/**
 * ARGV: owner, identity, ttl, most strikes, the `at` of an unknown outcome that was judged not found (or '').
 * Absent or idle becomes sending; an unknown one only by who asked about exactly this request and found nothing.
 */
export const CLAIM = script(`
local owner, ident, ttl, most, judged = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
if not e then
  write({ s = 'S', o = owner, at = now, tries = 1, strikes = 1, seen = '0', ident = ident }, ttl)
  return answer('claimed')
end
if e.s == 'S' and e.o == owner then return answer('claimed') end
if e.seen == '1' then return answer('held') end
if e.s == 'I' or (e.s == 'U' and e.at == judged) then
  if e.strikes >= most then return answer('exhausted') end
  e.s, e.o, e.at, e.tries, e.strikes, e.outcome = 'S', owner, now, e.tries + 1, e.strikes + 1, nil
  write(e, ttl)
  return answer('claimed')
end
return answer('held')
`)

/**
 * ARGV: owner, letter, identity, ttl, outcome. Ends the owner's claim in another state. An acceptance is a fact, whoever
 * learns it, so it also ends what others hold; an entry that is gone (Redis was emptied) is written anew from what the
 * caller knows; what is final stays as it is.
 */
export const SETTLE = script(`
local owner, letter, ident, ttl, outcome = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if not e then
  write({ s = letter, o = owner, at = now, tries = (letter == 'U' or letter == 'A') and 1 or 0, strikes = 0, seen = '0', ident = ident, outcome = outcome }, ttl)
  return answer('written')
end
if string.find('AREare', e.s, 1, true) then
  if e.s == letter and e.o == owner then return answer('written') end
  return answer('final')
end
if e.seen == '1' and (letter == 'R' or letter == 'E') then return answer('held') end
local mine = e.s == 'S' and e.o == owner
if letter == 'A' or mine or (e.s == 'I' and letter ~= 'U') or (e.s == 'U' and (letter == 'R' or letter == 'E')) then
  if letter == 'U' then
    e.s, e.o, e.strikes = 'U', '', 0
  else
    e.s, e.o, e.at, e.strikes, e.outcome = letter, owner, now, 0, outcome
  end
  write(e, ttl)
  return answer('written')
end
return answer('held')
`)

/** ARGV: ttl. The outcome event is stored by Kafka: what was kept for it goes. */
export const REPORTED = script(`
if e and string.find('ARE', e.s, 1, true) then
  e.s, e.o, e.outcome = string.lower(e.s), '', nil
  write(e, ARGV[1])
end
return answer('done')
`)

/** ARGV: the owner that is presumed dead, ttl. Its request may have been made: from now on anybody asks about it. */
export const PRESUME_LOST = script(`
if e and e.s == 'S' and e.o == ARGV[1] then
  e.s, e.o = 'U', ''
  write(e, ARGV[2])
end
return answer('done')
`)

/** ARGV: identity, ttl. The ledger forgot things: what it does not know (or knows as idle) may have been sent. */
export const PRESUME_UNKNOWN = script(`
if not e then
  write({ s = 'U', o = '', at = now, tries = 1, strikes = 0, seen = '0', ident = ARGV[1] }, ARGV[2])
elseif e.s == 'I' then
  e.s, e.o, e.at = 'U', '', now
  write(e, ARGV[2])
end
return answer('done')
`)

/** ARGV: owner (or ''), identity, ttl. Handling threw; where a request was claimed, nobody knows what it did. */
export const STRIKE = script(`
local owner, ident, ttl = ARGV[1], ARGV[2], ARGV[3]
if not e then
  write({ s = 'I', o = '', at = now, tries = 0, strikes = 1, seen = '0', ident = ident }, ttl)
elseif e.s == 'I' then
  e.strikes = e.strikes + 1
  write(e, ttl)
elseif e.s == 'S' and e.o == owner then
  e.s, e.o = 'U', ''
  write(e, ttl)
end
return answer('done')
`)

/** No ARGV. A delivery or seen report came in; only what is not settled needs the mark. */
export const MARK_SEEN = script(`
if e and e.seen == '0' and string.find('ISU', e.s, 1, true) then
  e.seen = '1'
  write(e)
end
return answer('done')
`)

/** No ARGV. A rejected or expired command may be sent again; an accepted, unknown or running one never. */
export const CLEAR_REJECTED = script(`
if e and string.find('REre', e.s, 1, true) then
  redis.call('DEL', key)
  return answer('cleared')
end
return answer(e and 'kept' or 'absent')
`)

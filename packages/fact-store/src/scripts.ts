import { AD_HOURS_MS } from '@imchannel/facts'
import { script } from '@imchannel/redis'

/** A day longer than an ad's free hours can run: who is not known has written nothing from which they could. */
const KEEP_WINDOW_MS = AD_HOURS_MS + 86_400_000

const NOW = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`

/** Each part of a window is the latest of its kind; what is of a time to come is kept no longer than what is of now. */
const WIDEN = `
local function later(one, other)
  if one == '' then return other end
  if other == '' or tonumber(one) >= tonumber(other) then return one end
  return other
end
local function widen(key, opened, maybe, closed)
  local held = redis.call('GET', key)
  if held then
    local o, m, c = string.match(held, '^(%d*)|(%d*)|(%d*)$')
    if o then opened, maybe, closed = later(o, opened), later(m, maybe), later(c, closed) end
  end
  local value = opened .. '|' .. maybe .. '|' .. closed
  if value == held then return end
  local newest = tonumber(later(later(opened, maybe), closed))
  if not newest then return end
  local ttl = math.min(newest, now) + ${KEEP_WINDOW_MS} - now
  if ttl > 0 then redis.call('SET', key, value, 'PX', ttl) end
end
`

/** ARGV of each key: its kind. The answer for each is what is there; for a reading also Redis's time. */
export const READ_SCRIPT = `${NOW}
local answers = {}
for place, key in ipairs(KEYS) do
  local kind = ARGV[place]
  if kind == 'window' or kind == 'contact' then
    answers[place] = redis.call('GET', key)
  elseif kind == 'consent' then
    answers[place] = redis.call('HGETALL', key)
  else
    local read = redis.call('HMGET', key, 'from', 'ends')
    answers[place] = { read[1], read[2], now }
  end
end
return answers`

/** ARGV of each key: openedAt, maybeAt, closedAt. */
export const WIDEN_SCRIPT = `${NOW}${WIDEN}
for place, key in ipairs(KEYS) do
  local at = (place - 1) * 3
  widen(key, ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
end
return {}`

/** ARGV of each key: the slot, and `state|scope|since`. Of two at one time an opt-out counts, and of two opt-outs the wider one. */
export const PUT_CONSENT_SCRIPT = `
local width = { template = 0, marketing = 1, all = 2 }
local function said(value)
  local state, scope, since = string.match(value, '^(%a+)|(%a+)|(%d+)$')
  if not since then return nil end
  return tonumber(since), (state == 'optedOut' and 3 or 0) + (width[scope] or 0)
end
for place, key in ipairs(KEYS) do
  local slot, value = ARGV[2 * place - 1], ARGV[2 * place]
  local held = redis.call('HGET', key, slot)
  local at, weight
  if held then at, weight = said(held) end
  local since, mine = said(value)
  if not at or since > at or (since == at and mine > weight) then redis.call('HSET', key, slot, value) end
end
return {}`

/** ARGV of each key: the slot, and since when what is taken away was said. */
export const REMOVE_CONSENT_SCRIPT = `
for place, key in ipairs(KEYS) do
  local slot, since = ARGV[2 * place - 1], tonumber(ARGV[2 * place])
  local held = redis.call('HGET', key, slot)
  local at = held and string.match(held, '|(%d+)$')
  if at and tonumber(at) <= since then redis.call('HDEL', key, slot) end
end
return {}`

/** No ARGV. The answer for each key is what is there. */
export const GET_SCRIPT = `
local answers = {}
for place, key in ipairs(KEYS) do answers[place] = redis.call('GET', key) end
return answers`

/** ARGV of each key: what it held, what it is to hold, for how many ms. The answer is what it held instead, if it did. */
export const SWAP_SCRIPT = `
local answers = {}
for place, key in ipairs(KEYS) do
  local at = (place - 1) * 3
  local held = redis.call('GET', key) or ''
  if held == ARGV[at + 1] then
    redis.call('SET', key, ARGV[at + 2], 'PX', ARGV[at + 3])
    answers[place] = ''
  else
    answers[place] = 'held:' .. held
  end
end
return answers`

/** ARGV: who asks, ms. */
export const LEASE = script(`${NOW}
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return { 0, now } end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return { 1, now }`)

/** ARGV: who gives it back. */
export const RELEASE = script(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 'done'`)

/** Whoever reads nothing for so long begins anew. */
const KEEP_READING_MS = 8 * 86_400_000

/** ARGV: from, then name and offset of each place. */
export const BEGIN = script(`
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'from', unpack(ARGV))
redis.call('PEXPIRE', KEYS[1], ${KEEP_READING_MS})
return 'done'`)

/**
 * KEYS: the reading, then windows. ARGV: when the ends were taken, from, how many places, name, beginning and end of each, then what
 * is known of each window. A place never goes back, and goes on only where all before it has been read.
 */
export const ADVANCE = script(`${NOW}${WIDEN}
local reading, ends, from, count = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local at = 3 + 3 * count
for place = 2, #KEYS do
  widen(KEYS[place], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
  at = at + 3
end
local known = redis.call('HGET', reading, 'from')
if not known then return 'behind' end
local onwards = {}
for place = 0, count - 1 do
  local name, base, next = ARGV[4 + 3 * place], tonumber(ARGV[5 + 3 * place]), tonumber(ARGV[6 + 3 * place])
  local stands = tonumber(redis.call('HGET', reading, name) or '0')
  if stands < base then return 'behind' end
  if stands < next then
    onwards[#onwards + 1] = name
    onwards[#onwards + 1] = string.format('%d', next)
  end
end
if #onwards > 0 then redis.call('HSET', reading, unpack(onwards)) end
if from ~= '' and tonumber(from) > tonumber(known) then redis.call('HSET', reading, 'from', from) end
if ends ~= '' and tonumber(ends) > tonumber(redis.call('HGET', reading, 'ends') or '0') then
  redis.call('HSET', reading, 'ends', ends)
  redis.call('PEXPIRE', reading, ${KEEP_READING_MS})
end
return 'taken'`)

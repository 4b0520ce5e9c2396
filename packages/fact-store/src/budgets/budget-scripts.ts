import { script } from '@imchannel/redis'

/** A count is looked at for the period that follows it, by what is sent again. */
const KEEP_MS = { day: 3 * 86_400_000, month: 63 * 86_400_000 }
/** A conversation in which nothing is said for so long begins anew. */
const KEEP_UNANSWERED_MS = 30 * 86_400_000
/** More of a conversation are not told apart. */
const MOST_UNANSWERED = 1_000
/** Whoever reads nothing for so long is not sure of anything. */
const STALE_MICROS = 10_000_000

const COMMON = `
local t = redis.call('TIME')
local micros = t[1] * 1000000 + t[2]
local function text(number) return string.format('%.0f', number) end
local function numberIn(key, field) return tonumber(redis.call('HGET', key, field) or '0') end
local function parse(value)
  if not value then return nil, 0, 0 end
  local state, units, rank = string.match(value, '^(%a)|(%d+)|(%d+)$')
  return state, tonumber(units or '0'), tonumber(rank or '0')
end
local function keepOf(key)
  return string.match(key, ':%d%d%d%d%-%d%d%-%d%d$') and ${KEEP_MS.day} or ${KEEP_MS.month}
end
local function counted(state, units)
  if not state or state == 'f' then return 0 end
  return units
end
-- Of a message, from what it was to what it is: what it adds, and what of that is settled.
local function put(key, open, id, state, units, rank, by, settled)
  redis.call('HSET', key, id, state .. '|' .. text(units) .. '|' .. text(rank))
  if by ~= 0 then redis.call('HSET', key, 'used', text(math.max(0, numberIn(key, 'used') + by))) end
  if settled ~= 0 then redis.call('HSET', key, 'settled', text(math.max(0, numberIn(key, 'settled') + settled))) end
  redis.call('PEXPIRE', key, keepOf(key))
  if state == 'r' then
    redis.call('HSET', open, id, text(units))
    redis.call('PEXPIRE', open, keepOf(open))
  else
    redis.call('HDEL', open, id)
  end
end
`

/**
 * KEYS: the reading, the conversation's, and of each budget its count, what is open of it, and the count of the period before. ARGV: the
 * latest reservation that the caller knows of (µs), `reserve` or `look`, the messageId, whether unanswered ones are counted (0, 1), and
 * of each budget its units, limit, and whether it is enforced (0, 1).
 *
 * Answers whether counts can be relied on, which budget has no room (from 1; 0 for none, -1 where a count that cannot be relied on is
 * enforced), Redis's time, that of the latest reservation or reading, that of the latest reading, unanswered messages, and of each budget
 * what is used and whether this message is in it.
 */
export const RESERVE = script(`${COMMON}
local reading, unanswered, known, mode, id = KEYS[1], KEYS[2], tonumber(ARGV[1]), ARGV[2], ARGV[3]
local ends = redis.call('HGET', reading, 'ends')
local latest = math.max(numberIn(reading, 'last'), tonumber(ends or '0'))
-- A Redis that was emptied or set back says less than what was seen in it.
local isSound = ends and micros - tonumber(ends) < ${STALE_MICROS} and latest >= known
local refused, answer, held = 0, {}, {}
for place = 0, (#KEYS - 2) / 3 - 1 do
  local key, before = KEYS[3 + 3 * place], KEYS[5 + 3 * place]
  local units, limit, isEnforced = tonumber(ARGV[5 + 3 * place]), tonumber(ARGV[6 + 3 * place]), ARGV[7 + 3 * place] == '1'
  local state = parse(redis.call('HGET', key, id) or redis.call('HGET', before, id))
  local used = numberIn(key, 'used')
  held[place] = state and state ~= 'f'
  if isEnforced and refused == 0 and not held[place] then
    if not isSound then refused = -1
    elseif used >= limit or used + units > limit then refused = place + 1 end
  end
  answer[#answer + 1] = text(used)
  answer[#answer + 1] = held[place] and 1 or 0
end
local count, isCounted = redis.call('HLEN', unanswered), redis.call('HGET', unanswered, id)
if isCounted then count = count - 1 end
if mode == 'reserve' and refused == 0 then
  for place = 0, (#KEYS - 2) / 3 - 1 do
    local key, open, units = KEYS[3 + 3 * place], KEYS[4 + 3 * place], tonumber(ARGV[5 + 3 * place])
    if not held[place] then put(key, open, id, 'r', units, 0, units, 0) end
  end
  if ARGV[4] == '1' and count < ${MOST_UNANSWERED} then
    redis.call('HSET', unanswered, id, text(micros / 1000))
    redis.call('PEXPIRE', unanswered, ${KEEP_UNANSWERED_MS})
  end
  -- Only where the reading is there: without it nothing may seem to be known.
  if ends then
    latest = math.max(latest, micros)
    redis.call('HSET', reading, 'last', text(latest))
    redis.call('HINCRBY', reading, 'changes', 1)
  end
end
return { isSound and 1 or 0, refused, text(micros), text(latest), ends or '0', count, unpack(answer) }`)

/**
 * KEYS: the reading, then those of the changes. ARGV: JSON of \`{ ends, places: [[name, base, next]], changes: [{ k, c, o, p, id, u, v, r }] }\`:
 * what it is, its count, what is open of it, the count before, and numbers. A place never goes back, and goes on only where all before it
 * has been read.
 */
export const ADVANCE_BUDGETS = script(`${COMMON}
local reading, asked = KEYS[1], cjson.decode(ARGV[1])
if not redis.call('HGET', reading, 'began') then return 'behind' end
local onwards = {}
for _, place in ipairs(asked.places) do
  local stands = numberIn(reading, place[1])
  if stands < place[2] then return 'behind' end
  if stands < place[3] then
    onwards[#onwards + 1] = place[1]
    onwards[#onwards + 1] = text(place[3])
  end
end
local isChanged = false
local function apply(change)
  local key, open, id = KEYS[change.c], KEYS[change.o], change.id
  local held = redis.call('HGET', key, id)
  if not held and change.p then
    local before = redis.call('HGET', KEYS[change.p], id)
    if before then key, open, held = KEYS[change.p], KEYS[change.q], before end
  end
  local state, units, rank = parse(held)
  local was = counted(state, units)
  if change.k == 'accept' then
    if not state then put(key, open, id, 'a', change.u, 0, change.u, 0)
    elseif state == 'r' then put(key, open, id, 'a', units, rank, 0, 0)
    else return end
  elseif change.k == 'free' then
    if state == 's' or state == 'f' then return end
    put(key, open, id, 'f', units, rank, -was, 0)
  else
    if state and rank >= change.v then return end
    -- Not known any more: what it had reserved is in the sum.
    if not state then
      if not change.m then return end
      was = change.r
    end
    local next = change.u or (state and units) or change.r
    put(key, open, id, 's', next, change.v, next - was, state == 's' and next - units or next)
  end
  isChanged = true
end
for _, change in ipairs(asked.changes) do
  if change.k == 'heard' then
    local fields = redis.call('HGETALL', KEYS[change.c])
    for at = 1, #fields, 2 do
      if tonumber(fields[at + 1]) <= change.u then redis.call('HDEL', KEYS[change.c], fields[at]) end
    end
  else
    apply(change)
  end
end
if #onwards > 0 then redis.call('HSET', reading, unpack(onwards)) end
if isChanged then redis.call('HINCRBY', reading, 'changes', 1) end
if asked.ends and asked.ends > numberIn(reading, 'ends') then redis.call('HSET', reading, 'ends', text(asked.ends)) end
return 'taken'`)

/** KEYS: the reading, then of each count itself and what is open of it. ARGV: JSON of `{ places: [[name, next]], counts: [{ used, settled, open: [[id, units]] }] }`. */
export const RESTORE_BUDGETS = script(`${COMMON}
local reading, kept = KEYS[1], cjson.decode(ARGV[1])
if redis.call('HGET', reading, 'began') then return 'there' end
for place, one in ipairs(kept.counts) do
  local key, open = KEYS[2 * place], KEYS[2 * place + 1]
  local base = one.used
  for _, message in ipairs(one.open) do base = base - message[2] end
  redis.call('HSET', key, 'used', text(math.max(0, numberIn(key, 'used') + base)))
  redis.call('HSET', key, 'settled', text(numberIn(key, 'settled') + one.settled))
  redis.call('PEXPIRE', key, keepOf(key))
  for _, message in ipairs(one.open) do
    if not redis.call('HGET', key, message[1]) then put(key, open, message[1], 'r', message[2], 0, message[2], 0) end
  end
end
for _, place in ipairs(kept.places) do redis.call('HSET', reading, place[1], text(place[2])) end
redis.call('HSET', reading, 'began', text(micros), 'changes', '1')
return 'restored'`)

/** KEYS: the reading, then of each count itself and what is open of it. The answer: the reading, then of each count `used`, `settled` and what is open. */
export const SNAPSHOT_BUDGETS = script(`
local answer = { redis.call('HGETALL', KEYS[1]) }
for place = 2, #KEYS, 2 do
  local sums = redis.call('HMGET', KEYS[place], 'used', 'settled')
  answer[#answer + 1] = { sums[1] or '0', sums[2] or '0', redis.call('HGETALL', KEYS[place + 1]) }
end
return answer`)

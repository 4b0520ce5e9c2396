/** A day longer than a window is open, so that it is also known when it closed. */
export const KEEP_WINDOW_MS = 2 * 86_400_000

const NOW = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`

/** Each part of a window is the latest of its kind; what is of a time to come is kept no longer than what is of now. */
export const WIDEN = `
local function later(one, other)
  if one == '' then return other end
  if other == '' or tonumber(one) >= tonumber(other) then return one end
  return other
end
local function widen(key, opened, maybe, closed)
  local held = redis.call('GET', key)
  local o, m, c
  if held then o, m, c = string.match(held, '^(%d*)|(%d*)|(%d*)$') end
  o, m, c = later(o or '', opened), later(m or '', maybe), later(c or '', closed)
  local value = o .. '|' .. m .. '|' .. c
  if value == held then return end
  local newest = math.max(tonumber(o) or 0, tonumber(m) or 0, tonumber(c) or 0)
  local ttl = math.min(newest, now) + ${KEEP_WINDOW_MS} - now
  if ttl > 0 then redis.call('SET', key, value, 'PX', string.format('%d', ttl)) end
end
`

/** ARGV of each key: its kind. The answer for each is what is there; for a reading also Redis's time. */
export const READ_SCRIPT = `${NOW}
local answers = {}
for place, key in ipairs(KEYS) do
  local kind = ARGV[place]
  if kind == 'window' then
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

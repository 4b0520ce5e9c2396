/** What can be asked of an entry, or done to it. All of it is compare-and-set on one key, on Redis's own clock. */
export type Operation =
  | 'look'
  | 'claim'
  | 'claimNew'
  | 'withdraw'
  | 'settle'
  | 'reported'
  | 'markOwnerLost'
  | 'presumeUnknown'
  | 'strike'
  | 'markSeen'
  | 'clearRejected'

/** Arguments of an operation, whichever it is: a call has equally many for each of its keys. */
export const OPERATION_ARGS = 8

/**
 * One script for all operations, so that what is asked in one turn of the event loop, of whatever kind, is one command: a
 * command costs a client more than an operation does. ARGV has the operation and its arguments for each key; the answer
 * for each is `{ verdict, stored value, now }`. What goes wrong with one key is that key's answer alone.
 */
export const LEDGER_SCRIPT = `
local t = redis.call('TIME')
local now = string.format('%d', t[1] * 1000 + math.floor(t[2] / 1000))
-- The entry in hand: its key, its stored value, its fields.
local key, v, e

-- f is the entry's format: 1, or 2 with the details of its latest request.
local five = '[^|]*|[^|]*|[^|]*|[^|]*|[^|]*'
local function fields(v)
  local f, s, o, at, tries, strikes, seen, rest = string.match(v, '^([12])|(%a)|([^|]*)|(%d+)|(%d+)|(%d+)|(%d)|(.*)$')
  if not f then return nil end
  local ident, details, outcome
  if f == '1' then
    ident, outcome = string.match(rest, '^(' .. five .. ')|?(.*)$')
  else
    ident, details, outcome = string.match(rest, '^(' .. five .. ')|([^|]*)|?(.*)$')
  end
  if not ident then return nil end
  return { f = f, s = s, o = o, at = at, tries = tonumber(tries), strikes = tonumber(strikes), seen = seen, ident = ident, details = details, outcome = outcome }
end
local function write(x, ttl)
  v = table.concat({ x.f, x.s, x.o, x.at, string.format('%d', x.tries), string.format('%d', x.strikes), x.seen, x.ident }, '|')
  if x.f == '2' then v = v .. '|' .. (x.details or '') end
  if x.outcome and x.outcome ~= '' then v = v .. '|' .. x.outcome end
  if ttl then redis.call('SET', key, v, 'PX', ttl) else redis.call('SET', key, v, 'KEEPTTL') end
end

-- What is so already is written anew: a WAIT behind it, maybe on another master by now, then has something to wait for.
local function again(verdict, ttl)
  write(e, ttl)
  return verdict
end

local operations = {}

-- What is there, by the clock of the server that holds it.
function operations.look()
  return 'look'
end

-- judged: the \`at\` of an unknown outcome that was judged not found (or ''). Absent or idle becomes sending; an unknown one
-- only by who asked about exactly this request and found nothing. The details are those of the request to be made.
function operations.claim(owner, ident, ttl, most, judged, format, details)
  if not e then
    write({ f = format, s = 'S', o = owner, at = now, tries = 1, strikes = 1, seen = '0', ident = ident, details = details }, ttl)
    return 'claimed'
  end
  if e.s == 'S' and e.o == owner then return again('claimed', ttl) end
  if e.seen == '1' then return 'held' end
  if e.s == 'I' or (e.s == 'U' and e.at == judged) then
    if e.strikes >= tonumber(most) then return 'exhausted' end
    if format == '2' then e.f = '2' end
    e.s, e.o, e.at, e.tries, e.strikes, e.details, e.outcome = 'S', owner, now, e.tries + 1, e.strikes + 1, details, nil
    write(e, ttl)
    return 'claimed'
  end
  return 'held'
end

-- For who has not looked: whatever there is, is to be looked at first.
function operations.claimNew(owner, ident, ttl, most, judged, format, details)
  if e and not (e.s == 'S' and e.o == owner) then return 'held' end
  return operations.claim(owner, ident, ttl, most, judged, format, details)
end

-- The request of a new claim was certainly not made: there is nothing to remember.
function operations.withdraw(owner)
  if e and e.s == 'S' and e.o == owner and e.seen == '0' then redis.call('DEL', key) end
  return 'done'
end

-- Ends the owner's claim in another state. An acceptance is a fact, whoever learns it, so it also ends what others hold; an
-- entry that is gone (Redis was emptied) is written anew from what the caller knows; what is final stays as it is. judged is
-- the \`at\` of an unknown outcome that the caller speaks of (or ''): whoever knows of none may have looked before it was made.
function operations.settle(owner, letter, ident, ttl, outcome, format, details, judged)
  if not e then
    write({ f = format, s = letter, o = owner, at = now, tries = (letter == 'U' or letter == 'A') and 1 or 0, strikes = 0, seen = '0', ident = ident, details = details, outcome = outcome }, ttl)
    return 'written'
  end
  if string.find('AREare', e.s, 1, true) then
    if e.s == letter and e.o == owner then return again('written', ttl) end
    return 'final'
  end
  if e.seen == '1' and (letter == 'R' or letter == 'E') then return 'held' end
  local mine = e.s == 'S' and e.o == owner
  if letter == 'A' or mine or (e.s == 'I' and letter ~= 'U') or (e.s == 'U' and e.at == judged and (letter == 'R' or letter == 'E')) then
    if letter == 'U' then
      e.s, e.o, e.strikes = 'U', '', 0
    else
      e.s, e.o, e.at, e.strikes, e.outcome = letter, owner, now, 0, outcome
    end
    write(e, ttl)
    return 'written'
  end
  return 'held'
end

-- The outcome event is stored by Kafka: what was kept for it goes.
function operations.reported(ttl)
  if e and string.find('ARE', e.s, 1, true) then
    e.s, e.o, e.outcome = string.lower(e.s), '', nil
    write(e, ttl)
  end
  return 'done'
end

-- The owner is presumed dead. Its request may have been made: from now on anybody asks about it.
function operations.markOwnerLost(owner, ttl)
  if e and e.s == 'S' and e.o == owner then
    e.s, e.o = 'U', ''
    write(e, ttl)
  end
  return 'done'
end

-- The ledger forgot things: what it does not know (or knows as idle) may have been sent. since is when at the latest (or '').
function operations.presumeUnknown(ident, ttl, since)
  local at = now
  if since ~= '' and tonumber(since) < tonumber(now) then at = since end
  if not e then
    write({ f = '1', s = 'U', o = '', at = at, tries = 1, strikes = 0, seen = '0', ident = ident }, ttl)
  elseif e.s == 'I' then
    if tonumber(e.at) > tonumber(at) then at = e.at end
    e.s, e.o, e.at = 'U', '', at
    write(e, ttl)
  end
  return 'done'
end

-- Handling threw; where a request was claimed, nobody knows what it did.
function operations.strike(owner, ident, ttl)
  if not e then
    write({ f = '1', s = 'I', o = '', at = now, tries = 0, strikes = 1, seen = '0', ident = ident }, ttl)
  elseif e.s == 'I' then
    e.strikes = e.strikes + 1
    write(e, ttl)
  elseif e.s == 'S' and e.o == owner then
    e.s, e.o = 'U', ''
    write(e, ttl)
  end
  return 'done'
end

-- A delivery or seen report came in. What was accepted needs no mark; what was refused or given up was sent after all, and
-- is never to be sent again.
function operations.markSeen()
  if e and e.seen == '0' and string.upper(e.s) ~= 'A' then
    e.seen = '1'
    write(e)
  end
  return 'done'
end

-- A rejected or expired command may be sent again; an accepted, unknown or running one never, nor what a report was seen of.
function operations.clearRejected()
  if e and e.seen == '0' and string.find('REre', e.s, 1, true) then
    redis.call('DEL', key)
    return 'cleared'
  end
  return e and 'kept' or 'absent'
end

local function perform(operation, ...)
  v = redis.call('GET', key)
  e = v and fields(v)
  if v and not e then return 'foreign' end
  return operations[operation](...)
end

local answers = {}
for place, name in ipairs(KEYS) do
  key, v = name, false
  local at = (place - 1) * ${OPERATION_ARGS + 1}
  local done, verdict = pcall(perform, unpack(ARGV, at + 1, at + ${OPERATION_ARGS + 1}))
  if not done then
    local text = type(verdict) == 'table' and verdict.err or tostring(verdict)
    -- Of all keys the same is true, and the client has to hear it: it leaves a server that has become a replica.
    if string.find(text, 'READONLY', 1, true) then return redis.error_reply('READONLY ' .. text) end
    verdict = '!' .. text
  end
  answers[place] = { verdict, v, now }
end
return answers
`

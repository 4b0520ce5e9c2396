import { script } from '@imchannel/redis'

/**
 * Sets the expiry to the later of the one in force and ARGV[2] ms from now, where the media is ARGV[1]'s (a tenant):
 * it never shortens one. ARGV[3] is the largest size in bytes for which ARGV[2] counts; larger media keep what they
 * have. Answers what PEXPIRE answers: 1, or 0 when there is no such media.
 * PTTL and PEXPIRE, because EXPIRE GT is newer than Redis 6.2.
 */
export const touchScript = script(`
local meta = redis.call('HGET', KEYS[1], 'meta')
if not meta then return 0 end
local media = cjson.decode(meta)
if media.tenant ~= ARGV[1] then return 0 end
local left = redis.call('PTTL', KEYS[1])
if left < 0 then return 1 end
local wanted = tonumber(ARGV[2])
if media.size > tonumber(ARGV[3]) or wanted < left then wanted = left end
return redis.call('PEXPIRE', KEYS[1], wanted)
`)

/**
 * Writes the chunk ARGV[2] as field ARGV[1] of a media item that is being filled, and starts its life of ARGV[3] ms anew:
 * one step, so that no crash leaves a chunk without an expiry. 0 when the chunks before it are gone.
 */
export const chunkScript = script(`
if ARGV[1] ~= '0' and redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return redis.call('PEXPIRE', KEYS[1], ARGV[3])
`)

/**
 * Writes ARGV[1], the description that makes chunks a media item, and the expiry ARGV[3] ms from now, if all ARGV[2]
 * chunks are there: a filling that Redis let expire half-way must not become half a media item.
 */
export const commitScript = script(`
if redis.call('HLEN', KEYS[1]) ~= tonumber(ARGV[2]) then
  redis.call('UNLINK', KEYS[1])
  return 0
end
redis.call('HSET', KEYS[1], 'meta', ARGV[1])
return redis.call('PEXPIRE', KEYS[1], ARGV[3])
`)

/**
 * Notes that a command uses the media of the tenant ARGV[1]: its id ARGV[2] (a repeat is noted once, the last 100 are
 * kept), its trace ARGV[3] and conversation ARGV[4] (each may be empty); the expiry is at least ARGV[5] ms from now.
 */
export const useScript = script(`
local meta = redis.call('HGET', KEYS[1], 'meta')
if not meta or cjson.decode(meta).tenant ~= ARGV[1] then return 0 end
local kept = {}
for line in string.gmatch(redis.call('HGET', KEYS[1], 'commands') or '', '[^\\n]+') do
  if line ~= ARGV[2] then kept[#kept + 1] = line end
end
kept[#kept + 1] = ARGV[2]
redis.call('HSET', KEYS[1], 'commands', table.concat(kept, '\\n', math.max(1, #kept - 99)))
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'trace', ARGV[3]) else redis.call('HDEL', KEYS[1], 'trace') end
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'conversation', ARGV[4]) else redis.call('HDEL', KEYS[1], 'conversation') end
local left = redis.call('PTTL', KEYS[1])
if left >= 0 and left < tonumber(ARGV[5]) then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
return 1
`)

/**
 * Takes commands out of a media item of the tenant ARGV[1]: the ids from ARGV[3] on, and with ARGV[2] = '1' the conversation
 * and the trace of the last one.
 */
export const forgetUsesScript = script(`
local meta = redis.call('HGET', KEYS[1], 'meta')
if not meta or cjson.decode(meta).tenant ~= ARGV[1] then return 0 end
local gone = {}
for index = 3, #ARGV do gone[ARGV[index]] = true end
local kept = {}
for line in string.gmatch(redis.call('HGET', KEYS[1], 'commands') or '', '[^\\n]+') do
  if not gone[line] then kept[#kept + 1] = line end
end
if #kept > 0 then redis.call('HSET', KEYS[1], 'commands', table.concat(kept, '\\n')) else redis.call('HDEL', KEYS[1], 'commands') end
if ARGV[2] == '1' then redis.call('HDEL', KEYS[1], 'conversation', 'trace') end
return 1
`)

/** Removes the media if it is of the tenant ARGV[1]: 1, or 0 when there is none. */
export const removeScript = script(`
local meta = redis.call('HGET', KEYS[1], 'meta')
if not meta or cjson.decode(meta).tenant ~= ARGV[1] then return 0 end
return redis.call('UNLINK', KEYS[1])
`)

/**
 * Sets what ARGV[1] (an id) of the tenant ARGV[5] counts for to ARGV[2] bytes, to be looked at again at ARGV[3] (ms since
 * 1970), if the room has so much: ARGV[4] bytes in all (0: no limit), of which each tenant has ARGV[6] of its own and all
 * together ARGV[7]. KEYS[1] maps ids to bytes and holds their sums, KEYS[2] orders ids by when to look again, KEYS[3]
 * orders tenants by their bytes; a sum in KEYS[4], where it is given, counts in all. Answers 1 or 0.
 */
export const accountScript = script(`
local before = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local more = tonumber(ARGV[2]) - before
local own = tonumber(redis.call('HGET', KEYS[1], 'sum:' .. ARGV[5]) or '0') + more
local all, reserve = tonumber(ARGV[4]), tonumber(ARGV[6])
if all > 0 and more > 0 then
  local sum = more
  for _, key in ipairs({KEYS[1], KEYS[4]}) do sum = sum + tonumber(redis.call('HGET', key, 'sum') or '0') end
  if sum > all then return 0 end
  local shared = own - reserve
  if shared > 0 then
    local beyond = redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. ARGV[6], '+inf', 'WITHSCORES')
    for index = 1, #beyond, 2 do
      if beyond[index] ~= ARGV[5] then shared = shared + tonumber(beyond[index + 1]) - reserve end
    end
    if shared > tonumber(ARGV[7]) then return 0 end
  end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('HINCRBY', KEYS[1], 'sum', more)
redis.call('ZADD', KEYS[3], redis.call('HINCRBY', KEYS[1], 'sum:' .. ARGV[5], more), ARGV[5])
return 1
`)

/** Takes the ids ARGV[1…], each after its tenant and a slash, out of the account. */
export const releaseScript = script(`
for _, id in ipairs(ARGV) do
  local bytes = redis.call('HGET', KEYS[1], id)
  if bytes then
    redis.call('HDEL', KEYS[1], id)
    redis.call('HINCRBY', KEYS[1], 'sum', -tonumber(bytes))
    local tenant = string.match(id, '^([^/]*)/')
    if tenant then
      local left = redis.call('HINCRBY', KEYS[1], 'sum:' .. tenant, -tonumber(bytes))
      if left > 0 then
        redis.call('ZADD', KEYS[3], left, tenant)
      else
        redis.call('HDEL', KEYS[1], 'sum:' .. tenant)
        redis.call('ZREM', KEYS[3], tenant)
      end
    end
  end
  redis.call('ZREM', KEYS[2], id)
end
return 1
`)

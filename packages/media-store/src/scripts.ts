import { script } from './run-script.ts'

/**
 * Sets the expiry to the later of the one in force and ARGV[2] ms from now, where the medium is ARGV[1]'s (a tenant):
 * it never shortens one. ARGV[3] is the largest size in bytes for which ARGV[2] counts; larger media keep what they
 * have. Answers what PEXPIRE answers: 1, or 0 when there is no such medium.
 * PTTL and PEXPIRE, because EXPIRE GT is newer than Redis 6.2.
 */
export const touchScript = script(`
local meta = redis.call('HGET', KEYS[1], 'meta')
if not meta then return 0 end
local medium = cjson.decode(meta)
if medium.tenant ~= ARGV[1] then return 0 end
local left = redis.call('PTTL', KEYS[1])
if left < 0 then return 1 end
local wanted = tonumber(ARGV[2])
if medium.size > tonumber(ARGV[3]) or wanted < left then wanted = left end
return redis.call('PEXPIRE', KEYS[1], wanted)
`)

/**
 * Writes the chunk ARGV[2] as field ARGV[1] of a medium that is being filled, and starts its life of ARGV[3] ms anew:
 * one step, so that no crash leaves a chunk without an expiry. 0 when the chunks before it are gone.
 */
export const chunkScript = script(`
if ARGV[1] ~= '0' and redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return redis.call('PEXPIRE', KEYS[1], ARGV[3])
`)

/**
 * Writes ARGV[1], the description that makes chunks a medium, and the expiry ARGV[3] ms from now, if all ARGV[2]
 * chunks are there: a filling that Redis let expire half-way must not become half a medium.
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
 * Notes that a command uses the medium of the tenant ARGV[1]: its id ARGV[2] (a repeat is noted once, the last 100 are
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
 * Takes commands out of a medium of the tenant ARGV[1]: the ids from ARGV[3] on, and with ARGV[2] = '1' the conversation
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

/** Removes the medium if it is of the tenant ARGV[1]: 1, or 0 when there is none. */
export const removeScript = script(`
local meta = redis.call('HGET', KEYS[1], 'meta')
if not meta or cjson.decode(meta).tenant ~= ARGV[1] then return 0 end
return redis.call('UNLINK', KEYS[1])
`)

/**
 * Sets what ARGV[1] (an id) counts for to ARGV[2] bytes, to be looked at again at ARGV[3] (ms since 1970), unless the
 * sum of all would go over ARGV[4] (0: no limit). KEYS[1] maps ids to bytes and holds their sum, KEYS[2] orders ids by
 * when to look again. Answers whether it did, and the sum.
 */
export const accountScript = script(`
local before = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local sum = tonumber(redis.call('HGET', KEYS[1], 'sum') or '0')
local bytes, budget = tonumber(ARGV[2]), tonumber(ARGV[4])
if budget > 0 and bytes > before and sum + bytes - before > budget then return {0, sum} end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return {1, redis.call('HINCRBY', KEYS[1], 'sum', bytes - before)}
`)

/** Takes the ids ARGV[1…] out of the account. Answers the sum that is left. */
export const releaseScript = script(`
for _, id in ipairs(ARGV) do
  local bytes = redis.call('HGET', KEYS[1], id)
  if bytes then
    redis.call('HDEL', KEYS[1], id)
    redis.call('HINCRBY', KEYS[1], 'sum', -tonumber(bytes))
  end
  redis.call('ZREM', KEYS[2], id)
end
return tonumber(redis.call('HGET', KEYS[1], 'sum') or '0')
`)

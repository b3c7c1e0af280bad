--[[
  Where an agent goes when a piece of work is over, and what a phone that comes or goes does to the state.
]]
--- @include "agent"

-- The handling time of a call runs until its wrap-up is over. Kept for the expected wait, and gone by itself.
local function endWork(agent, now)
  if agent.talkSince ~= '' then
    local key = prefix .. 'handling:' .. agent.callSkill
    redis.call('LPUSH', key, now .. ' ' .. whole(tonumber(now) - tonumber(agent.talkSince)))
    redis.call('LTRIM', key, 0, 49)
    redis.call('PEXPIRE', key, 3600000)
  end
  agent.talkSince = ''
  agent.callSkill = ''
  agent.callNode = ''
  agent.wrapUpUntil = ''
end

local function becomeReady(agent)
  agent.state = 'READY'
  agent.reason = ''
  if agent.isReachable ~= '1' then
    agent.state = 'NOT_READY'
    agent.reason = 'phone-lost'
  elseif agent.isDeskLost == '1' then
    agent.state = 'NOT_READY'
    agent.reason = 'desk-lost'
  end
end

-- The work is over: OFFLINE if signed out in the meantime, else the chosen state, else READY. idleSince stays as it is.
local function settle(agent, now)
  endWork(agent, now)
  local nextState, nextReason = agent.nextState, agent.nextReason
  agent.nextState = ''
  agent.nextReason = ''
  if agent.sessionId == '' then
    agent.state = 'OFFLINE'
    agent.reason = ''
  elseif nextState == '' or nextState == 'READY' then
    becomeReady(agent)
  else
    agent.state = nextState
    agent.reason = nextReason
  end
end

-- A phone that was lost for a moment only (a page reload) gives the agent back; a longer loss waits for the agent.
local function setPhone(agent, isReachable, now, backWithinMs)
  agent.isReachable = isReachable and '1' or '0'
  if not isReachable and agent.state == 'READY' then
    agent.state = 'NOT_READY'
    agent.reason = 'phone-lost'
  elseif isReachable and agent.state == 'NOT_READY' and agent.reason == 'phone-lost'
    and tonumber(now) - tonumber(agent.since) <= tonumber(backWithinMs) then
    becomeReady(agent)
  end
end

-- An endpoint belongs to one agent: its previous owner loses it.
local function bindEndpoint(agent, endpoint, now, backWithinMs)
  local owner = endpoint ~= '' and redis.call('HGET', prefix .. 'endpoints', endpoint)
  if owner and owner ~= agent.id then
    local other = findAgent(owner)
    if other then
      other.endpoint = ''
      setPhone(other, false, now, backWithinMs)
      saveAgent(other, now)
    end
  end
  agent.endpoint = endpoint
  setPhone(agent, endpoint ~= '' and redis.call('HEXISTS', prefix .. 'phonesAt', endpoint) == 1, now, backWithinMs)
end

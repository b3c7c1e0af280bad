-- Before 0031 there was one profile of limits, and no ticket named it. One that is open keeps it, whichever is in force now.
UPDATE `tickets` SET `limits_key` = 'default.1' WHERE `limits_key` IS NULL AND `dispatched_at` IS NOT NULL AND `state` IN ('REGISTERED', 'DISPATCHED', 'SIGNED', 'REPLIED');

UPDATE `tickets` SET `state` = 'CLASSIFIED', `close_kind` = 'CLASSIFIED' WHERE `state` = 'VOIDED' AND `id` IN (SELECT `ticket_id` FROM `ticket_events` WHERE `kind` = 'void' AND `reason` LIKE 'N%');

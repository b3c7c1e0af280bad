ALTER TABLE `ticket_tasks` ADD `part_step` varchar(8) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
ALTER TABLE `ticket_tasks` ADD `sent_by` varchar(32) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
ALTER TABLE `ticket_tasks` ADD `demand` text;--> statement-breakpoint
ALTER TABLE `ticket_tasks` ADD `answer` text;--> statement-breakpoint
-- Co-units had no step and no clock of their own: those of open tickets may sign and answer from now on.
UPDATE `ticket_tasks` JOIN `tickets` ON `tickets`.`id` = `ticket_tasks`.`ticket_id` SET `ticket_tasks`.`part_step` = IF(`tickets`.`state` IN ('DISPATCHED', 'SIGNED', 'REPLIED'), 'SENT', 'LAPSED'), `ticket_tasks`.`demand` = '' WHERE `ticket_tasks`.`role` = 'CO' AND `ticket_tasks`.`slot` = 1;--> statement-breakpoint
CREATE INDEX `ticket_tasks_todo` ON `ticket_tasks` (`unit_code`,`part_step`,`slot`,`ticket_id`);--> statement-breakpoint
CREATE INDEX `ticket_tasks_sent` ON `ticket_tasks` (`sent_by`,`part_step`,`slot`,`ticket_id`);
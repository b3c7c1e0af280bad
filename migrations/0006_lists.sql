CREATE INDEX `ticket_participants_part` ON `ticket_participants` (`unit_code`,`slot`,`role`,`ticket_id`);--> statement-breakpoint
CREATE INDEX `tickets_unit_state` ON `tickets` (`lead_unit`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_state_due` ON `tickets` (`state`,`next_due_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_urgency` ON `tickets` (`urgency`,`id`);--> statement-breakpoint
DROP INDEX `ticket_participants_work` ON `ticket_participants`;--> statement-breakpoint
DROP INDEX `tickets_unit` ON `tickets`;--> statement-breakpoint
DROP INDEX `tickets_state` ON `tickets`;--> statement-breakpoint
CREATE INDEX `tickets_state` ON `tickets` (`state`,`id`);--> statement-breakpoint
UPDATE `ticket_search` SET `tokens` = CONCAT(LOWER(LEFT(`ticket_id`, 4)), REPLACE(`tokens`, ' ', CONCAT(' ', LOWER(LEFT(`ticket_id`, 4))))) WHERE `tokens` <> '';

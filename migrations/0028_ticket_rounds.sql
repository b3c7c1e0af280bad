CREATE TABLE `ticket_rounds` (
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`number` int NOT NULL,
	`kind` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`reason` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`note` text,
	`opened_seq` int NOT NULL,
	`opened_at` datetime(3) NOT NULL,
	`opened_by` int,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`due_at` datetime(3),
	`public_reply` text,
	`internal_reply` text,
	`replied_at` datetime(3),
	`ended_at` datetime(3),
	CONSTRAINT `ticket_rounds_ticket_id_number_pk` PRIMARY KEY(`ticket_id`,`number`)
);
--> statement-breakpoint
ALTER TABLE `tickets` ADD `round` int DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `tickets` ADD `redo_count` int DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `tickets` ADD `reopen_by` datetime(3);--> statement-breakpoint
ALTER TABLE `tickets` ADD `problem` varchar(12) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
ALTER TABLE `tickets` ADD `not_by` json;--> statement-breakpoint
ALTER TABLE `ticket_rounds` ADD CONSTRAINT `ticket_rounds_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `ticket_rounds_opened` ON `ticket_rounds` (`opened_at`,`kind`);--> statement-breakpoint
CREATE INDEX `tickets_problem` ON `tickets` (`problem`,`state`,`id`);--> statement-breakpoint
UPDATE `tickets` SET `reopen_by` = DATE_ADD(`closed_at`, INTERVAL 30 DAY) WHERE `state` = 'CLOSED' AND `closed_at` IS NOT NULL;

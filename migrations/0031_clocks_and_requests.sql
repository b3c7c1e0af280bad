CREATE TABLE `limit_choices` (
	`id` int AUTO_INCREMENT NOT NULL,
	`profile` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`from_day` date NOT NULL,
	`chosen_by` int NOT NULL,
	`chosen_at` datetime(3) NOT NULL,
	CONSTRAINT `limit_choices_id` PRIMARY KEY(`id`)
);--> statement-breakpoint
CREATE TABLE `ticket_tellings` (
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`seq` int NOT NULL,
	`words` text NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`told_at` datetime(3),
	`told_by` varchar(16) CHARACTER SET ascii COLLATE ascii_bin,
	CONSTRAINT `ticket_tellings_ticket_id_seq_pk` PRIMARY KEY(`ticket_id`,`seq`)
);--> statement-breakpoint
ALTER TABLE `ticket_deadlines` ADD `item` tinyint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `ticket_deadlines` ADD CONSTRAINT `ticket_deadlines_item` UNIQUE(`ticket_id`,`clock`,`unit_code`,`item`,`slot`);--> statement-breakpoint
ALTER TABLE `ticket_deadlines` DROP INDEX `ticket_deadlines_owned`;--> statement-breakpoint
ALTER TABLE `ticket_deadlines` ADD `allowed` varchar(64) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
ALTER TABLE `ticket_deadlines` ADD `pauses` json;--> statement-breakpoint
ALTER TABLE `ticket_requests` ADD `details` json;--> statement-breakpoint
ALTER TABLE `ticket_requests` ADD `reviewed_by` int;--> statement-breakpoint
ALTER TABLE `ticket_requests` ADD `reviewed_at` datetime(3);--> statement-breakpoint
ALTER TABLE `tickets` ADD `limits_key` varchar(32) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
ALTER TABLE `limit_choices` ADD CONSTRAINT `limit_choices_chosen_by_users_id_fk` FOREIGN KEY (`chosen_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_tellings` ADD CONSTRAINT `ticket_tellings_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `ticket_tellings_untold` ON `ticket_tellings` (`told_at`,`created_at`);

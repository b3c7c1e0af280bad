CREATE TABLE `ticket_claims` (
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`user_id` int NOT NULL,
	`at` datetime(3) NOT NULL,
	CONSTRAINT `ticket_claims_ticket_id` PRIMARY KEY(`ticket_id`)
);
--> statement-breakpoint
ALTER TABLE `attachments` ADD `unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
ALTER TABLE `tickets` ADD `proposed` json;--> statement-breakpoint
ALTER TABLE `units` ADD `is_reply_signed` boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `ticket_claims` ADD CONSTRAINT `ticket_claims_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_claims` ADD CONSTRAINT `ticket_claims_user_id_users_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `ticket_claims_at` ON `ticket_claims` (`at`);
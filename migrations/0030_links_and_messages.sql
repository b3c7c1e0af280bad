CREATE TABLE `ticket_links` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`slot` tinyint,
	`token_hash` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`phone` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`made_by` int,
	`created_at` datetime(3) NOT NULL,
	`expires_at` datetime(3) NOT NULL,
	`opened_at` datetime(3),
	`used_at` datetime(3),
	`withdrawn_at` datetime(3),
	`withdrawn_reason` varchar(200),
	`code_hash` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`code_until` datetime(3),
	`code_tries` int NOT NULL DEFAULT 0,
	`pass_hash` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`pass_until` datetime(3),
	CONSTRAINT `ticket_links_id` PRIMARY KEY(`id`),
	CONSTRAINT `ticket_links_token` UNIQUE(`token_hash`),
	CONSTRAINT `ticket_links_open` UNIQUE(`ticket_id`,`unit_code`,`slot`)
);
--> statement-breakpoint
CREATE TABLE `messages` (
	`id` bigint AUTO_INCREMENT NOT NULL,
	`dedupe_key` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`kind` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`to_number` varchar(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`text` varchar(500) NOT NULL,
	`secret` varchar(255),
	`subject` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`created_at` datetime(3) NOT NULL,
	`sent_at` datetime(3),
	`attempts` int NOT NULL DEFAULT 0,
	`last_error` varchar(255),
	CONSTRAINT `messages_id` PRIMARY KEY(`id`),
	CONSTRAINT `messages_key` UNIQUE(`dedupe_key`)
);
--> statement-breakpoint
ALTER TABLE `ticket_links` ADD CONSTRAINT `ticket_links_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_links` ADD CONSTRAINT `ticket_links_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_links` ADD CONSTRAINT `ticket_links_made_by_users_id_fk` FOREIGN KEY (`made_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `messages_created` ON `messages` (`created_at`);
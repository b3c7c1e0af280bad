CREATE TABLE `follow_up_letters` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`follow_up_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`marks` json NOT NULL,
	`advice` varchar(1000) NOT NULL,
	`owed` varchar(500),
	`issued_at` datetime(3) NOT NULL,
	`issued_by` int,
	`read_at` datetime(3),
	`read_by` int,
	`appeal_by` datetime(3),
	`appealed_at` datetime(3),
	`appealed_by` int,
	`grounds` varchar(2000),
	`decision` varchar(8) CHARACTER SET ascii COLLATE ascii_bin,
	`decision_note` varchar(1000),
	`decided_at` datetime(3),
	`decided_by` int,
	CONSTRAINT `follow_up_letters_id` PRIMARY KEY(`id`),
	CONSTRAINT `follow_up_letters_once` UNIQUE(`follow_up_id`)
);
--> statement-breakpoint
CREATE TABLE `rating_links` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`follow_up_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`token_hash` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`opened_at` datetime(3),
	CONSTRAINT `rating_links_id` PRIMARY KEY(`id`),
	CONSTRAINT `rating_links_token` UNIQUE(`token_hash`)
);
--> statement-breakpoint
CREATE TABLE `follow_up_begin` (
	`id` tinyint NOT NULL,
	`at` datetime(3) NOT NULL,
	CONSTRAINT `follow_up_begin_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
ALTER TABLE `follow_up_letters` ADD CONSTRAINT `follow_up_letters_follow_up_id_follow_ups_id_fk` FOREIGN KEY (`follow_up_id`) REFERENCES `follow_ups`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `follow_up_letters` ADD CONSTRAINT `follow_up_letters_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `follow_up_letters` ADD CONSTRAINT `follow_up_letters_issued_by_users_id_fk` FOREIGN KEY (`issued_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `follow_up_letters` ADD CONSTRAINT `follow_up_letters_read_by_users_id_fk` FOREIGN KEY (`read_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `follow_up_letters` ADD CONSTRAINT `follow_up_letters_appealed_by_users_id_fk` FOREIGN KEY (`appealed_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `follow_up_letters` ADD CONSTRAINT `follow_up_letters_decided_by_users_id_fk` FOREIGN KEY (`decided_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `rating_links` ADD CONSTRAINT `rating_links_follow_up_id_follow_ups_id_fk` FOREIGN KEY (`follow_up_id`) REFERENCES `follow_ups`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `follow_up_letters_unit` ON `follow_up_letters` (`unit_code`,`issued_at`);--> statement-breakpoint
CREATE INDEX `follow_up_letters_appeals` ON `follow_up_letters` (`decision`,`appealed_at`);--> statement-breakpoint
CREATE INDEX `rating_links_task` ON `rating_links` (`follow_up_id`);
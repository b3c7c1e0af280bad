CREATE TABLE `oversight_case_counters` (
	`kind` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`year` int NOT NULL,
	`last_number` int NOT NULL,
	CONSTRAINT `oversight_case_counters_kind_year_pk` PRIMARY KEY(`kind`,`year`)
);
--> statement-breakpoint
CREATE TABLE `oversight_case_events` (
	`case_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`seq` int NOT NULL,
	`kind` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`at` datetime(3) NOT NULL,
	`by_id` int,
	`by_name` varchar(64) NOT NULL,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`details` json NOT NULL,
	CONSTRAINT `oversight_case_events_case_id_seq_pk` PRIMARY KEY(`case_id`,`seq`)
);
--> statement-breakpoint
CREATE TABLE `oversight_case_tickets` (
	`case_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`ticket_number` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	CONSTRAINT `oversight_case_tickets_case_id_ticket_number_pk` PRIMARY KEY(`case_id`,`ticket_number`)
);
--> statement-breakpoint
CREATE TABLE `oversight_cases` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`kind` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`state` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`version` int NOT NULL,
	`number` varchar(40),
	`level` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`trigger_id` varchar(4) CHARACTER SET ascii COLLATE ascii_bin,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`subject` varchar(200) NOT NULL,
	`leader` varchar(64),
	`texts` json NOT NULL,
	`due_at` datetime(3),
	`meet_at` datetime(3),
	`drafted_by` int,
	`drafted_at` datetime(3) NOT NULL,
	`submitted_by` int,
	`approved_by` int,
	`issued_at` datetime(3),
	`received_at` datetime(3),
	`answered_at` datetime(3),
	`verdict` varchar(500),
	`score` double,
	`instruction` varchar(1000),
	`instructed_at` datetime(3),
	`reports` json NOT NULL,
	`ended_at` datetime(3),
	CONSTRAINT `oversight_cases_id` PRIMARY KEY(`id`),
	CONSTRAINT `oversight_cases_number` UNIQUE(`number`)
);
--> statement-breakpoint
CREATE TABLE `oversight_photos` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`case_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`file_name` varchar(255) NOT NULL,
	`media_type` varchar(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`bytes` int NOT NULL,
	`sha256` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`added_by` int,
	`added_at` datetime(3) NOT NULL,
	CONSTRAINT `oversight_photos_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
ALTER TABLE `oversight_case_events` ADD CONSTRAINT `oversight_case_events_case_id_oversight_cases_id_fk` FOREIGN KEY (`case_id`) REFERENCES `oversight_cases`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_case_events` ADD CONSTRAINT `oversight_case_events_by_id_users_id_fk` FOREIGN KEY (`by_id`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_case_events` ADD CONSTRAINT `oversight_case_events_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_case_tickets` ADD CONSTRAINT `oversight_case_tickets_case_id_oversight_cases_id_fk` FOREIGN KEY (`case_id`) REFERENCES `oversight_cases`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_cases` ADD CONSTRAINT `oversight_cases_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_cases` ADD CONSTRAINT `oversight_cases_drafted_by_users_id_fk` FOREIGN KEY (`drafted_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_cases` ADD CONSTRAINT `oversight_cases_submitted_by_users_id_fk` FOREIGN KEY (`submitted_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_cases` ADD CONSTRAINT `oversight_cases_approved_by_users_id_fk` FOREIGN KEY (`approved_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_photos` ADD CONSTRAINT `oversight_photos_case_id_oversight_cases_id_fk` FOREIGN KEY (`case_id`) REFERENCES `oversight_cases`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `oversight_photos` ADD CONSTRAINT `oversight_photos_added_by_users_id_fk` FOREIGN KEY (`added_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `oversight_case_tickets_ticket` ON `oversight_case_tickets` (`ticket_number`,`case_id`);--> statement-breakpoint
CREATE INDEX `oversight_cases_state` ON `oversight_cases` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `oversight_cases_kind` ON `oversight_cases` (`kind`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `oversight_cases_unit` ON `oversight_cases` (`unit_code`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `oversight_photos_case` ON `oversight_photos` (`case_id`,`id`);--> statement-breakpoint
CREATE INDEX `oversight_photos_digest` ON `oversight_photos` (`sha256`);
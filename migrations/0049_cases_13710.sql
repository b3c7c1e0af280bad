CREATE TABLE `case_events_13710` (
	`case_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`seq` int NOT NULL,
	`kind` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`at` datetime(3) NOT NULL,
	`by_id` int,
	`by_name` varchar(64) NOT NULL,
	`details` json NOT NULL,
	CONSTRAINT `case_events_13710_case_id_seq_pk` PRIMARY KEY(`case_id`,`seq`)
);
--> statement-breakpoint
CREATE TABLE `cases_13710` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`case_number` varchar(64) NOT NULL,
	`batch_number` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`ticket_number` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`state` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`version` int NOT NULL,
	`entered_at` datetime(3) NOT NULL,
	`deployed_at` datetime(3),
	`leader` varchar(64),
	`section` varchar(64),
	`measure` varchar(1000),
	`reported_at` datetime(3),
	`major_asked_at` datetime(3),
	`major_asked_by` int,
	`major_why` varchar(500),
	`major_at` datetime(3),
	`planned_at` datetime(3),
	`nodes` json NOT NULL,
	`claimed_at` datetime(3),
	`claimed_by` int,
	`result` text,
	`verification` json,
	`bounce_reason` varchar(1000),
	`bounces` int NOT NULL,
	`urges` int NOT NULL,
	`urged_at` datetime(3),
	`cleared_at` datetime(3),
	`next_due_at` datetime(3),
	`next_day` tinyint,
	`told_day` tinyint NOT NULL DEFAULT 0,
	CONSTRAINT `cases_13710_id` PRIMARY KEY(`id`),
	CONSTRAINT `cases_13710_number` UNIQUE(`case_number`)
);
--> statement-breakpoint
CREATE TABLE `incoming_13710` (
	`id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`type` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`body` json NOT NULL,
	`reply` varchar(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`code` int,
	`text` varchar(255) NOT NULL,
	`at` datetime(3) NOT NULL,
	CONSTRAINT `incoming_13710_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `outgoing_13710` (
	`seq` bigint AUTO_INCREMENT NOT NULL,
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`type` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`subject` varchar(64) NOT NULL,
	`body` json NOT NULL,
	`state` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`attempts` int NOT NULL DEFAULT 0,
	`next_at` datetime(3),
	`created_at` datetime(3) NOT NULL,
	`settled_at` datetime(3),
	`answer` json,
	CONSTRAINT `outgoing_13710_seq` PRIMARY KEY(`seq`),
	CONSTRAINT `outgoing_13710_id` UNIQUE(`id`)
);
--> statement-breakpoint
ALTER TABLE `case_events_13710` ADD CONSTRAINT `case_events_13710_case_id_cases_13710_id_fk` FOREIGN KEY (`case_id`) REFERENCES `cases_13710`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `case_events_13710` ADD CONSTRAINT `case_events_13710_by_id_users_id_fk` FOREIGN KEY (`by_id`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `cases_13710` ADD CONSTRAINT `cases_13710_batch_number_oversight_batches_number_fk` FOREIGN KEY (`batch_number`) REFERENCES `oversight_batches`(`number`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `cases_13710` ADD CONSTRAINT `cases_13710_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `cases_13710` ADD CONSTRAINT `cases_13710_major_asked_by_users_id_fk` FOREIGN KEY (`major_asked_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `cases_13710` ADD CONSTRAINT `cases_13710_claimed_by_users_id_fk` FOREIGN KEY (`claimed_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `cases_13710_ticket` ON `cases_13710` (`ticket_number`);--> statement-breakpoint
CREATE INDEX `cases_13710_state` ON `cases_13710` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `cases_13710_unit` ON `cases_13710` (`unit_code`,`id`);--> statement-breakpoint
CREATE INDEX `cases_13710_due` ON `cases_13710` (`next_due_at`,`id`);--> statement-breakpoint
CREATE INDEX `incoming_13710_at` ON `incoming_13710` (`at`);--> statement-breakpoint
CREATE INDEX `outgoing_13710_waiting` ON `outgoing_13710` (`state`,`seq`);
CREATE TABLE `follow_up_attempts` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`follow_up_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`means` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`at` datetime(3) NOT NULL,
	`by_id` int,
	`call_id` char(26) CHARACTER SET ascii COLLATE ascii_bin,
	`result` varchar(16) CHARACTER SET ascii COLLATE ascii_bin,
	`note` varchar(200),
	`slot` tinyint,
	CONSTRAINT `follow_up_attempts_id` PRIMARY KEY(`id`),
	CONSTRAINT `follow_up_attempts_open` UNIQUE(`follow_up_id`,`slot`)
);
--> statement-breakpoint
CREATE TABLE `follow_ups` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`round` int NOT NULL,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`state` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`is_by_person` boolean NOT NULL,
	`may_message` boolean NOT NULL,
	`may_call` boolean NOT NULL,
	`is_final` boolean NOT NULL,
	`planned_at` datetime(3) NOT NULL,
	`due_at` datetime(3),
	`next_means` varchar(8) CHARACTER SET ascii COLLATE ascii_bin,
	`next_at` datetime(3),
	`contacted` varchar(8) CHARACTER SET ascii COLLATE ascii_bin,
	`solved` varchar(12) CHARACTER SET ascii COLLATE ascii_bin,
	`satisfied` varchar(20) CHARACTER SET ascii COLLATE ascii_bin,
	`attitude` varchar(20) CHARACTER SET ascii COLLATE ascii_bin,
	`reason` varchar(4) CHARACTER SET ascii COLLATE ascii_bin,
	`words` text,
	`wants_contact` boolean,
	`answered_at` datetime(3),
	`answered_by` varchar(8) CHARACTER SET ascii COLLATE ascii_bin,
	`is_late` boolean NOT NULL DEFAULT false,
	`review_due_at` datetime(3),
	`outcome` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`exemption` varchar(12) CHARACTER SET ascii COLLATE ascii_bin,
	`verdict` varchar(12) CHARACTER SET ascii COLLATE ascii_bin,
	`verdict_note` text,
	`judged_by` int,
	`judged_at` datetime(3),
	`is_false_closure` boolean NOT NULL DEFAULT false,
	`exclusion` varchar(4) CHARACTER SET ascii COLLATE ascii_bin,
	`new_ticket` varchar(16) CHARACTER SET ascii COLLATE ascii_bin,
	`ended_at` datetime(3),
	`version` int NOT NULL,
	CONSTRAINT `follow_ups_id` PRIMARY KEY(`id`),
	CONSTRAINT `follow_ups_round` UNIQUE(`ticket_id`,`round`)
);
--> statement-breakpoint
ALTER TABLE `follow_up_attempts` ADD CONSTRAINT `follow_up_attempts_follow_up_id_follow_ups_id_fk` FOREIGN KEY (`follow_up_id`) REFERENCES `follow_ups`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `follow_up_attempts` ADD CONSTRAINT `follow_up_attempts_by_id_users_id_fk` FOREIGN KEY (`by_id`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `follow_ups` ADD CONSTRAINT `follow_ups_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `follow_ups` ADD CONSTRAINT `follow_ups_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `follow_ups` ADD CONSTRAINT `follow_ups_judged_by_users_id_fk` FOREIGN KEY (`judged_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `follow_up_attempts_lost` ON `follow_up_attempts` (`slot`,`at`);--> statement-breakpoint
CREATE INDEX `follow_up_attempts_call` ON `follow_up_attempts` (`call_id`);--> statement-breakpoint
CREATE INDEX `follow_ups_next` ON `follow_ups` (`next_means`,`next_at`);--> statement-breakpoint
CREATE INDEX `follow_ups_state` ON `follow_ups` (`state`,`review_due_at`,`id`);--> statement-breakpoint
CREATE INDEX `follow_ups_unit` ON `follow_ups` (`unit_code`,`answered_at`);
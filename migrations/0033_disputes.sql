CREATE TABLE `dispute_events` (
	`dispute_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`seq` int NOT NULL,
	`kind` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`at` datetime(3) NOT NULL,
	`by_id` int,
	`by_name` varchar(64) NOT NULL,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`details` json NOT NULL,
	CONSTRAINT `dispute_events_dispute_id_seq_pk` PRIMARY KEY(`dispute_id`,`seq`)
);
--> statement-breakpoint
CREATE TABLE `dispute_parties` (
	`dispute_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`role` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`view` text,
	`view_at` datetime(3),
	`is_present` boolean,
	`attendee` varchar(64),
	`position_said` varchar(1000),
	`dissent` varchar(1000),
	CONSTRAINT `dispute_parties_dispute_id_unit_code_pk` PRIMARY KEY(`dispute_id`,`unit_code`)
);
--> statement-breakpoint
CREATE TABLE `dispute_tickets` (
	`dispute_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`ticket_number` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`state` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`words` varchar(255),
	`done_at` datetime(3),
	CONSTRAINT `dispute_tickets_dispute_id_ticket_number_pk` PRIMARY KEY(`dispute_id`,`ticket_number`)
);
--> statement-breakpoint
CREATE TABLE `disputes` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`state` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`version` int NOT NULL,
	`rung` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`question` varchar(500) NOT NULL,
	`is_kind` boolean NOT NULL,
	`category_code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`county_code` varchar(6) CHARACTER SET ascii COLLATE ascii_bin,
	`proposed_by` int,
	`proposed_at` datetime(3) NOT NULL,
	`hold_by` datetime(3),
	`meeting_at` datetime(3),
	`place` varchar(100),
	`chair` varchar(64),
	`views_by` datetime(3),
	`held_at` datetime(3),
	`minutes` text,
	`ruling` json,
	`minutes_number` varchar(32),
	`signed_on` date,
	`in_force_at` datetime(3),
	`review_at` datetime(3),
	`ended_at` datetime(3),
	CONSTRAINT `disputes_id` PRIMARY KEY(`id`),
	CONSTRAINT `disputes_minutes` UNIQUE(`minutes_number`)
);
--> statement-breakpoint
CREATE TABLE `minutes_counters` (
	`year` int NOT NULL,
	`last_number` int NOT NULL,
	CONSTRAINT `minutes_counters_year` PRIMARY KEY(`year`)
);
--> statement-breakpoint
CREATE TABLE `rule_proposals` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`source_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`source_words` varchar(64) NOT NULL,
	`facts` json NOT NULL,
	`state` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`approvals` json NOT NULL,
	`proposed_at` datetime(3) NOT NULL,
	`proposed_by` int,
	`proposed_by_name` varchar(64) NOT NULL,
	`rule_key` varchar(64) CHARACTER SET ascii COLLATE ascii_bin,
	`refused_by` varchar(64),
	`refused_why` varchar(200),
	`decided_at` datetime(3),
	CONSTRAINT `rule_proposals_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
ALTER TABLE `dispute_events` ADD CONSTRAINT `dispute_events_dispute_id_disputes_id_fk` FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `dispute_events` ADD CONSTRAINT `dispute_events_by_id_users_id_fk` FOREIGN KEY (`by_id`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `dispute_events` ADD CONSTRAINT `dispute_events_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `dispute_parties` ADD CONSTRAINT `dispute_parties_dispute_id_disputes_id_fk` FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `dispute_parties` ADD CONSTRAINT `dispute_parties_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `dispute_tickets` ADD CONSTRAINT `dispute_tickets_dispute_id_disputes_id_fk` FOREIGN KEY (`dispute_id`) REFERENCES `disputes`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `disputes` ADD CONSTRAINT `disputes_category_code_categories_code_fk` FOREIGN KEY (`category_code`) REFERENCES `categories`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `disputes` ADD CONSTRAINT `disputes_county_code_counties_code_fk` FOREIGN KEY (`county_code`) REFERENCES `counties`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `disputes` ADD CONSTRAINT `disputes_proposed_by_users_id_fk` FOREIGN KEY (`proposed_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `rule_proposals` ADD CONSTRAINT `rule_proposals_proposed_by_users_id_fk` FOREIGN KEY (`proposed_by`) REFERENCES `users`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `dispute_parties_unit` ON `dispute_parties` (`unit_code`,`dispute_id`);--> statement-breakpoint
CREATE INDEX `dispute_tickets_ticket` ON `dispute_tickets` (`ticket_number`);--> statement-breakpoint
CREATE INDEX `dispute_tickets_pending` ON `dispute_tickets` (`state`,`dispute_id`);--> statement-breakpoint
CREATE INDEX `disputes_state` ON `disputes` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `disputes_matter` ON `disputes` (`category_code`,`state`);--> statement-breakpoint
CREATE INDEX `disputes_review` ON `disputes` (`state`,`review_at`);--> statement-breakpoint
CREATE INDEX `rule_proposals_source` ON `rule_proposals` (`source_id`);